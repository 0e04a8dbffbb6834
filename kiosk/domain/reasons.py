"""Every reason the kiosk gives a person, as a stable code.

The words live in the message catalogues under `reason.<code>.*`; a code is never used again for
another meaning. 1xx: the renewal; 2xx: what was typed or scanned; 3xx: the machine; 4xx: the print
itself; 5xx: something broke here.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A stable code shown on the screen and written to the log."""

    NOT_FOUND = "K-101"
    PENDING = "K-102"
    REFUNDED = "K-103"
    CANCELLED = "K-104"
    FROZEN = "K-105"
    FINES = "K-106"
    OTHER_OFFICE = "K-107"
    OTHER_KIOSK = "K-108"
    EXPIRED = "K-109"
    BY_POST = "K-110"
    GRANT_INVALID = "K-111"
    GRANT_MISSING = "K-112"
    ALREADY_PRINTED = "K-113"
    PRINTING_NOW = "K-114"
    IN_DOUBT = "K-115"
    ON_HOLD = "K-116"
    ISSUED_ELSEWHERE = "K-117"
    PROBLEM_REPORTED = "K-118"
    INSPECTION_MISSING = "K-119"
    INSURANCE_ENDED = "K-120"

    CODE_UNREADABLE = "K-201"
    CODE_EXPIRED = "K-202"
    CODE_FORGED = "K-203"
    REFERENCE_MALFORMED = "K-204"
    ID_MALFORMED = "K-205"
    ID_MISMATCH = "K-206"
    TOO_MANY_TRIES = "K-207"
    SESSION_OVER = "K-208"
    PLATE_MALFORMED = "K-209"

    PRINTER_UNREACHABLE = "K-301"
    PRINTER_UNKNOWN = "K-302"
    PAPER_OUT = "K-303"
    COVER_OPEN = "K-304"
    CUTTER_ERROR = "K-305"
    PRINTER_ERROR = "K-306"
    PRINTER_OFFLINE = "K-307"
    PRINTER_PROCESS_DOWN = "K-308"
    NO_STOCK = "K-309"
    STOCK_NOT_READ_IN = "K-310"
    PRINTER_IN_DOUBT = "K-311"
    OUT_OF_SERVICE = "K-312"
    CLOCK_WRONG = "K-313"
    KEYS_MISSING = "K-314"
    DISK_FULL = "K-315"
    DATA_STALE = "K-316"
    PRINTER_BUSY = "K-317"

    PRINT_IN_DOUBT = "K-401"
    NOTHING_CAME_OUT = "K-402"
    REQUEST_CANCELLED = "K-403"
    VISITOR_WAITED = "K-404"
    SLIP_NOT_PRINTED = "K-405"

    INTERNAL = "K-501"
    PAGE_UNKNOWN = "K-502"
    DATABASE_BUSY = "K-503"
    FORM_STALE = "K-504"
