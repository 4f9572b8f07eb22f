"""Why a file is not read, as problems in words for its owner."""

from dreiebok.problems import Code, Location, Problem


def unreadable(error: OSError, name: str) -> Problem:
    """Return the problem of a file that cannot be read, in words for its owner."""
    return Problem(
        Code.UNREADABLE,
        f"the file cannot be read: {error.strerror or error}",
        Location(name),
        "Check that the file exists and that you may read it.",
    )


def unreadable_folder(error: OSError, name: str) -> Problem:
    """Return the problem of a folder that cannot be looked into."""
    return Problem(
        Code.UNREADABLE,
        f"the folder cannot be read: {error.strerror or error}",
        Location(name),
        "Check that you may read and enter it (chmod u+rx).",
    )


def not_utf8(error: UnicodeDecodeError, name: str) -> Problem:
    """Return the problem of a file that is no text, at the line of the first such byte."""
    before, byte = error.object[: error.start], error.object[error.start]
    return Problem(
        Code.NOT_UTF8,
        f"the byte 0x{byte:02x} is not UTF-8",
        Location(name, before.count(b"\n") + 1),
        "Save the file with the encoding UTF-8.",
    )


def strange_name(name: str) -> Problem:
    """Return the problem of a file whose name is no text everywhere."""
    return Problem(
        Code.NOT_UTF8,
        "the file's name is not UTF-8",
        Location(name),
        "Give it another name, best of letters from a to z, digits and hyphens.",
    )


def too_large(name: str, size: int, limit: int) -> Problem:
    """Return the problem of a file with more bytes than a stranger may send."""
    return Problem(
        Code.FILE_LIMIT,
        f"the file has {size} bytes",
        Location(name),
        f"The limit is {limit} bytes. Make it smaller, or take it out of the folder.",
    )


def missing_folder(name: str) -> Problem:
    """Return the problem of a project without a folder that it must have."""
    return Problem(
        Code.MISSING_FOLDER,
        f"there is no folder “{name}”",
        Location(name),
        f"Run the command in the project's folder, or make “{name}” there.",
    )
