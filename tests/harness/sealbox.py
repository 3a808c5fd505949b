"""The keys of seal.h, and what is in a sealed box: for tests that look into
what the manager alone may open.  libsodium itself does it."""
import base64
import ctypes
import ctypes.util

SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
SEAL_BYTES = 48			# crypto_box_SEALBYTES


class Keys:
    """A pair of its own; write() leaves the public one in a file."""

    def __init__(self):
        assert SODIUM.sodium_init() >= 0
        self.pk = ctypes.create_string_buffer(32)
        self.sk = ctypes.create_string_buffer(32)
        assert SODIUM.crypto_box_keypair(self.pk, self.sk) == 0

    def write(self, path):
        with open(path, "w") as f:
            f.write("calconn-seal-pk 1 %s\n"
                    % base64.b64encode(self.pk.raw[:32]).decode())

    def open(self, box):
        """(binding, secret) of a box."""
        out = ctypes.create_string_buffer(len(box) - SEAL_BYTES)
        assert SODIUM.crypto_box_seal_open(
            out, box, ctypes.c_ulonglong(len(box)), self.pk, self.sk) == 0
        plain = out.raw[:len(box) - SEAL_BYTES]
        assert plain[0] == 1
        n = plain[1] << 8 | plain[2]
        return plain[3:3 + n].decode(), plain[3 + n:].decode()
