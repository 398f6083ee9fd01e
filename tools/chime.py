"""Write the chime that goes before a call: ``python -m tools.chime``. Needed only when its sound is changed."""

from pathlib import Path

from queue_app.speech import sound

FILE = Path(__file__).parents[1] / "queue_app/static/sounds/chime.ogg"

if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    sound.write(sound.chime(), FILE)
