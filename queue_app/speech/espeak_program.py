"""A program of its own: reads text from standard input and speaks it with eSpeak NG into a WAV file.

    python espeak_program.py VOICE WORDS_PER_MINUTE FILE < text

It is run where the command ``espeak-ng`` is not installed, and takes the library of the package ``espeakng-loader``.
Only this process loads eSpeak NG (GPL-3); the server starts it like any other command (see docs/design.md).
"""

import ctypes
import sys
import wave

import espeakng_loader

_SYNCHRONOUS, _BY_CHARACTER, _RATE = 2, 1, 1
_UTF8, _PHONEMES = 0x01, 0x100
_FAILED = -1

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def speak(text: str, voice: str, words_per_minute: int, path: str) -> None:
    """Write ``text`` as 16-bit mono WAV. Raises RuntimeError when the library refuses."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate == _FAILED or library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"eSpeak NG has no voice {voice!r}")
    library.espeak_SetParameter(_RATE, words_per_minute, 0)
    frames = bytearray()

    def collect(samples: int | None, count: int, _events: int | None) -> int:
        if samples is not None and count > 0:
            frames.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = _Callback(collect)  # must live as long as the library may call it
    library.espeak_SetSynthCallback(callback)
    spoken = text.encode() + b"\0"
    if library.espeak_Synth(spoken, ctypes.c_size_t(len(spoken)), 0, _BY_CHARACTER, 0, _UTF8 | _PHONEMES, None, None):
        raise RuntimeError("eSpeak NG did not take the text")
    library.espeak_Synchronize()
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(frames))


if __name__ == "__main__":
    speak(sys.stdin.read(), sys.argv[1], int(sys.argv[2]), sys.argv[3])
