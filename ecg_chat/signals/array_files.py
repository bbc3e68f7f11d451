"""NPY and MAT files as arrays, without pickles and without believing what their headers claim."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.upload import shown

MAX_UNPACKED = 400 * 1024 * 1024
MAT_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
    MemoryError,
    RuntimeError,
    zlib.error,
    struct.error,
)
"""What scipy's MAT reader raises for damaged files (found by mutating files)."""
NPY_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    SyntaxError,
    OSError,
    EOFError,
    OverflowError,
    MemoryError,
    RecursionError,
)
MI_COMPRESSED = 15

Array = NDArray[np.generic]


def is_npy(data: bytes) -> bool:
    """Whether the bytes begin as NumPy's array format does."""
    return data[:6] == b"\x93NUMPY"


def read_npy(data: bytes, name: str) -> Array:
    """Read a NumPy array file.

    Raises
    ------
    UnreadableFile
        Damaged, or holds Python objects, which are never loaded.
    """
    stream = BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read_header(stream)
    except NPY_ERRORS as error:
        raise UnreadableFile(f"{shown(name)} begins like a NumPy file, but its header cannot be read.") from error
    if dtype.hasobject or dtype.kind not in "iuf":
        raise UnreadableFile(f"{shown(name)} holds values of type {str(dtype)[:30]}; expected numbers.")
    count = 1
    for size in shape:
        count *= int(size)
    held = len(data) - stream.tell()
    if count * dtype.itemsize != held:
        raise UnreadableFile(
            f"{shown(name)} announces {count * dtype.itemsize} bytes of samples and holds {held}; it "
            "is cut off or damaged."
        )
    if not 1 <= len(shape) <= 3:
        raise UnreadableFile(f"{shown(name)} holds an array of shape {shape}; expected leads × samples.")
    values = np.frombuffer(data, dtype=dtype, offset=stream.tell(), count=count)
    return values.reshape(shape, order="F" if fortran else "C")


def is_mat(data: bytes) -> bool:
    """Whether the bytes are a MATLAB file: version 5 by its text, version 4 by its first five numbers."""
    if data[:6] == b"MATLAB" or data[:8] == b"\x89HDF\r\n\x1a\n":
        return True
    if len(data) < 21:
        return False
    kind, rows, columns, imaginary, name_length = struct.unpack("<5i", data[:20])
    plausible = (
        0 <= kind < 53
        and kind % 10 in (0, 1)
        and rows > 0
        and columns > 0
        and imaginary in (0, 1)
        and 1 < name_length <= 64
    )
    return plausible and data[20 + name_length - 1 : 20 + name_length] == b"\x00" and data[20:21].isalpha()


def read_mat(data: bytes, name: str) -> Array:
    """Read the largest numeric matrix of a MATLAB file of version 4 to 7.

    Raises
    ------
    UnreadableFile
        Version 7.3 (HDF5), damaged, unpacks to too much, or no matrix of numbers in it.
    """
    from scipy.io import loadmat  # noqa: PLC0415 - only MAT files need it
    from scipy.io.matlab import MatReadError  # noqa: PLC0415

    if data[:8] == b"\x89HDF\r\n\x1a\n" or b"MATLAB 7.3" in data[:128]:
        raise UnreadableFile(f"{shown(name)} is a MATLAB 7.3 file, which is not read; save it with “-v7”.")
    _require_bounded(data, name)
    try:
        variables = loadmat(BytesIO(data), verify_compressed_data_integrity=True, struct_as_record=True)
    except (*MAT_ERRORS, MatReadError) as error:
        raise UnreadableFile(
            f"{shown(name)} looks like a MATLAB file but cannot be decoded; it is damaged or cut off."
        ) from error
    matrices = [
        value
        for key, value in variables.items()
        if not key.startswith("__") and isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size > 1
    ]
    if not matrices:
        raise UnreadableFile(f"{shown(name)} holds no matrix of numbers; expected leads × samples.")
    return max(matrices, key=lambda m: m.size)


def _require_bounded(data: bytes, name: str) -> None:
    """Unpack each compressed element of a version-5 file once, counting, before scipy does it without a limit."""
    if data[:6] != b"MATLAB":
        return
    order = "<" if data[126:128] == b"IM" else ">"
    position, total = 128, 0
    while position + 8 <= len(data):
        kind, size = struct.unpack(order + "II", data[position : position + 8])
        if kind == MI_COMPRESSED:
            total += _unpacked_size(data[position + 8 : position + 8 + size], MAX_UNPACKED - total)
        if total > MAX_UNPACKED:
            raise UnreadableFile(
                f"{shown(name)} unpacks to more than {MAX_UNPACKED // 1048576} MB; that is no ECG of ten minutes."
            )
        position += 8 + size


def _unpacked_size(packed: bytes, limit: int) -> int:
    unpacker = zlib.decompressobj()
    total, chunk = 0, packed
    try:
        while chunk and total <= limit:
            total += len(unpacker.decompress(chunk, 1 << 20))
            chunk = unpacker.unconsumed_tail
    except zlib.error:
        return total  # scipy finds the same damage and says so
    return total
