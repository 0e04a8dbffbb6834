"""Registration classes of vehicles, what they run on, and when they must be inspected."""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

from kiosk.domain.thai import Language


class RyClass(IntEnum):
    """Class under the Vehicle Act, numbered as in the registration book (รย.1 to รย.17)."""

    PRIVATE_CAR = 1
    PRIVATE_VAN = 2
    PRIVATE_TRUCK = 3
    PRIVATE_THREE_WHEELER = 4
    INTERPROVINCIAL_TAXI = 5
    TAXI = 6
    FOUR_WHEEL_HIRE = 7
    THREE_WHEEL_HIRE = 8
    BUSINESS_SERVICE = 9
    TOUR_SERVICE = 10
    RENTAL = 11
    MOTORCYCLE = 12
    TRACTOR = 13
    ROAD_ROLLER = 14
    FARM_VEHICLE = 15
    TRAILER = 16
    PUBLIC_MOTORCYCLE = 17


class Fuel(StrEnum):
    """What drives the vehicle; gas with another fuel is a value of its own, as its tax differs."""

    PETROL = "petrol"
    DIESEL = "diesel"
    ELECTRIC = "electric"
    HYBRID = "hybrid"
    LPG = "lpg"
    NGV = "ngv"
    PETROL_LPG = "petrol_lpg"
    PETROL_NGV = "petrol_ngv"
    DIESEL_LPG = "diesel_lpg"
    DIESEL_NGV = "diesel_ngv"
    NONE = "none"


# Printed on the sticker, so these names stand here and not in the screens' catalogues.
_NAMES: Final[dict[RyClass, tuple[str, str]]] = {
    RyClass.PRIVATE_CAR: ("รถยนต์นั่งส่วนบุคคลไม่เกิน 7 คน", "Private car up to 7 seats"),
    RyClass.PRIVATE_VAN: ("รถยนต์นั่งส่วนบุคคลเกิน 7 คน", "Private car over 7 seats"),
    RyClass.PRIVATE_TRUCK: ("รถยนต์บรรทุกส่วนบุคคล", "Private truck"),
    RyClass.PRIVATE_THREE_WHEELER: ("รถยนต์สามล้อส่วนบุคคล", "Private three-wheeler"),
    RyClass.INTERPROVINCIAL_TAXI: ("รถยนต์รับจ้างระหว่างจังหวัด", "Inter-provincial taxi"),
    RyClass.TAXI: ("รถยนต์รับจ้างบรรทุกคนโดยสารไม่เกิน 7 คน", "Taxi"),
    RyClass.FOUR_WHEEL_HIRE: ("รถยนต์สี่ล้อเล็กรับจ้าง", "Small four-wheeler for hire"),
    RyClass.THREE_WHEEL_HIRE: ("รถยนต์รับจ้างสามล้อ", "Three-wheeler for hire"),
    RyClass.BUSINESS_SERVICE: ("รถยนต์บริการธุรกิจ", "Business service car"),
    RyClass.TOUR_SERVICE: ("รถยนต์บริการทัศนาจร", "Tour service car"),
    RyClass.RENTAL: ("รถยนต์บริการให้เช่า", "Rental car"),
    RyClass.MOTORCYCLE: ("รถจักรยานยนต์", "Motorcycle"),
    RyClass.TRACTOR: ("รถแทรกเตอร์", "Tractor"),
    RyClass.ROAD_ROLLER: ("รถบดถนน", "Road roller"),
    RyClass.FARM_VEHICLE: ("รถใช้งานเกษตรกรรม", "Farm vehicle"),
    RyClass.TRAILER: ("รถพ่วง", "Trailer"),
    RyClass.PUBLIC_MOTORCYCLE: ("รถจักรยานยนต์สาธารณะ", "Public motorcycle"),
}

# Department's manual: private cars and trucks from 7 years, motorcycles from 5.
_INSPECTED_FROM_YEARS: Final[dict[RyClass, int]] = {
    RyClass.PRIVATE_CAR: 7,
    RyClass.PRIVATE_VAN: 7,
    RyClass.PRIVATE_TRUCK: 7,
    RyClass.MOTORCYCLE: 5,
    RyClass.PUBLIC_MOTORCYCLE: 5,
}


def code(ry: RyClass, language: Language) -> str:
    """Write the short code of a class: `รย.1`, in English `RY1`."""
    return f"รย.{ry.value}" if language == "th" else f"RY{ry.value}"


def name(ry: RyClass, language: Language) -> str:
    """Write the class as the registration book words it, or its English rendering."""
    thai, english = _NAMES[ry]
    return thai if language == "th" else english


def inspection_required(ry: RyClass, first_registered_on: date, due_on: date) -> bool:
    """Tell whether tax due on a day needs an inspection first, by class and age on that day.

    The age counts from first registration to the due date, the anniversary included. Classes for
    which the manual names no age need none here.
    """
    years = _INSPECTED_FROM_YEARS.get(ry)
    if years is None or due_on.year < first_registered_on.year + years:
        return False
    return due_on >= _anniversary(first_registered_on, years)


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        # Civil and Commercial Code, s. 193/5: a month without the day ends the term on its last.
        return date(start.year + years, 2, 28)
