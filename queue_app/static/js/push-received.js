/* What the service worker does with a message: shows it once, and opens the ticket when it is tapped. A classic script,
   for importScripts. A message is JSON: id, tag (what it replaces), title, body, path. */

self.addEventListener("push", (event) => {
  event.waitUntil(showOnce(event.data.json()));
});

/* The push service may bring the same message twice; the second time it changes nothing that is still to be seen. */
async function showOnce(message) {
  const shown = await self.registration.getNotifications({ tag: message.tag });
  const isSame = shown.some((notification) => notification.data.id === message.id);
  await self.registration.showNotification(message.title, {
    body: message.body,
    tag: message.tag,
    renotify: !isSame,
    silent: isSame,
    icon: "/static/favicon.svg",
    data: { id: message.id, path: message.path },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openTicket(event.notification.data.path));
});

async function openTicket(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => new URL(page.url).pathname === path);
  return open ? open.focus() : self.clients.openWindow(path);
}
