"""Commands on an office's receipt printers."""

import click
from flask.cli import AppGroup

from queue_app import clock, queries
from queue_app.cli_errors import explained
from queue_app.extensions import database
from queue_app.models import Printer, PrinterKind
from queue_app.printing import device, jobs, printers, receipt, trial
from queue_app.printing.device import Target

printer_group = AppGroup("printer", help="Receipt printers (ESC/POS).")

_OFFICE = click.option("--office", "slug", required=True, help="The office's short name, as in its address.")

_MEANINGS = {
    device.Problem.UNREACHABLE: "it cannot be reached: is it on, is the cable in, is the address right?"
    " USB needs the system's libusb-1.0 and the right to use the device.",
    device.Problem.NO_ANSWER: "it does not answer: it hangs, or it is one that never does (add it with --mute).",
    device.Problem.NO_PAPER: "it has no paper.",
    device.Problem.OFFLINE: "it is offline: is its cover open?",
    device.Problem.BROKE_OFF: "the connection broke off.",
}


@printer_group.command("add")
@click.argument("name")
@_OFFICE
@click.option("--kind", type=click.Choice([kind.value for kind in PrinterKind]), default="network", show_default=True)
@click.option("--address", required=True, help="192.168.1.50:9100, 04b8:0e15 (USB), /dev/ttyUSB0@9600 (serial)")
@click.option(
    "--width", "width_mm", type=click.Choice(["58", "80"]), default="80", show_default=True, help="mm of paper"
)
@click.option("--mute", is_flag=True, help="It never answers, so it is believed blindly.")
@click.option("--qr-picture", is_flag=True, help="It knows no QR codes: send them as pictures.")
@explained
def add(name: str, slug: str, kind: str, address: str, width_mm: str, *, mute: bool, qr_picture: bool) -> None:
    """Add a printer, or change the one of that name. Kiosks use the office's first one unless told otherwise."""
    with database().write() as session:
        printer = printers.add(
            session,
            queries.office(session, slug),
            name,
            PrinterKind(kind),
            address,
            width_mm=int(width_mm),
            answers=not mute,
            draws_qr=not qr_picture,
            now=clock.now(),
        )
        click.echo(_line(printer))
    click.echo(f'Try it: printer test "{name}" --office {slug}')


@printer_group.command("list")
@_OFFICE
@explained
def show(slug: str) -> None:
    """Print the office's printers, and what is wrong with them."""
    with database().read() as session:
        for printer in printers.of_office(session, queries.office(session, slug)):
            click.echo(_line(printer))


@printer_group.command("test")
@click.argument("name")
@_OFFICE
@explained
def test(name: str, slug: str) -> None:
    """Print a slip that shows label, width and QR code, and say whether the printer answers."""
    with database().read() as session:
        office = queries.office(session, slug)
        printer = printers.named(session, office, name)
        data = receipt.compose(trial.sample(office, clock.now()), printer.width_mm, draws_qr=printer.draws_qr)
    outcome = device.hand_over(Target.of(printer), data)
    if outcome.problem is not None:
        raise click.ClickException(f"{printer.name}: {_MEANINGS.get(outcome.problem, outcome.problem)}")
    with database().write() as session:
        jobs.mended(session, printer)
    click.echo(f"{printer.name}: {'printed.' if printer.answers else 'sent; this printer never answers.'}")


@printer_group.command("remove")
@click.argument("name")
@_OFFICE
@explained
def remove(name: str, slug: str) -> None:
    """Take a printer away. Kiosks without one show the number and ask people to photograph it."""
    with database().write() as session:
        printers.remove(session, queries.office(session, slug), name, clock.now())
    click.echo(f"{name} was removed from {slug}.")


def _line(printer: Printer) -> str:
    traits = [f"{printer.width_mm} mm"]
    traits += ["never answers"] if not printer.answers else []
    traits += ["QR as picture"] if not printer.draws_qr else []
    wrong = f"  PROBLEM: {printer.problem} since {printer.problem_since:%Y-%m-%d %H:%M} UTC" if printer.problem else ""
    return f"{printer.name:<16} {printer.kind:<8} {printer.address:<28} {', '.join(traits)}{wrong}"
