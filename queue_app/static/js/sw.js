/* The site's service worker, served at /sw.js so that it stands over all pages. Each concern has a file of its own. */

importScripts("/static/js/push-received.js");
