"""The provinces that a plate can name.

Numbers are those of ISO 3166-2:TH. Betong is a district of Yala with plates of its own, so it
stands among the provinces, under 99, a number of ours that the standard leaves free.
"""

from dataclasses import dataclass
from typing import Final

from kiosk.domain.typed import fold


@dataclass(frozen=True, slots=True)
class Province:
    """A name that stands on plates."""

    iso: int
    name_th: str
    name_en: str


PROVINCES: Final[tuple[Province, ...]] = (
    Province(10, "กรุงเทพมหานคร", "Bangkok"),
    Province(11, "สมุทรปราการ", "Samut Prakan"),
    Province(12, "นนทบุรี", "Nonthaburi"),
    Province(13, "ปทุมธานี", "Pathum Thani"),
    Province(14, "พระนครศรีอยุธยา", "Phra Nakhon Si Ayutthaya"),
    Province(15, "อ่างทอง", "Ang Thong"),
    Province(16, "ลพบุรี", "Lopburi"),
    Province(17, "สิงห์บุรี", "Sing Buri"),
    Province(18, "ชัยนาท", "Chai Nat"),
    Province(19, "สระบุรี", "Saraburi"),
    Province(20, "ชลบุรี", "Chon Buri"),
    Province(21, "ระยอง", "Rayong"),
    Province(22, "จันทบุรี", "Chanthaburi"),
    Province(23, "ตราด", "Trat"),
    Province(24, "ฉะเชิงเทรา", "Chachoengsao"),
    Province(25, "ปราจีนบุรี", "Prachin Buri"),
    Province(26, "นครนายก", "Nakhon Nayok"),
    Province(27, "สระแก้ว", "Sa Kaeo"),
    Province(30, "นครราชสีมา", "Nakhon Ratchasima"),
    Province(31, "บุรีรัมย์", "Buri Ram"),
    Province(32, "สุรินทร์", "Surin"),
    Province(33, "ศรีสะเกษ", "Si Sa Ket"),
    Province(34, "อุบลราชธานี", "Ubon Ratchathani"),
    Province(35, "ยโสธร", "Yasothon"),
    Province(36, "ชัยภูมิ", "Chaiyaphum"),
    Province(37, "อำนาจเจริญ", "Amnat Charoen"),
    Province(38, "บึงกาฬ", "Bueng Kan"),
    Province(39, "หนองบัวลำภู", "Nong Bua Lam Phu"),
    Province(40, "ขอนแก่น", "Khon Kaen"),
    Province(41, "อุดรธานี", "Udon Thani"),
    Province(42, "เลย", "Loei"),
    Province(43, "หนองคาย", "Nong Khai"),
    Province(44, "มหาสารคาม", "Maha Sarakham"),
    Province(45, "ร้อยเอ็ด", "Roi Et"),
    Province(46, "กาฬสินธุ์", "Kalasin"),
    Province(47, "สกลนคร", "Sakon Nakhon"),
    Province(48, "นครพนม", "Nakhon Phanom"),
    Province(49, "มุกดาหาร", "Mukdahan"),
    Province(50, "เชียงใหม่", "Chiang Mai"),
    Province(51, "ลำพูน", "Lamphun"),
    Province(52, "ลำปาง", "Lampang"),
    Province(53, "อุตรดิตถ์", "Uttaradit"),
    Province(54, "แพร่", "Phrae"),
    Province(55, "น่าน", "Nan"),
    Province(56, "พะเยา", "Phayao"),
    Province(57, "เชียงราย", "Chiang Rai"),
    Province(58, "แม่ฮ่องสอน", "Mae Hong Son"),
    Province(60, "นครสวรรค์", "Nakhon Sawan"),
    Province(61, "อุทัยธานี", "Uthai Thani"),
    Province(62, "กำแพงเพชร", "Kamphaeng Phet"),
    Province(63, "ตาก", "Tak"),
    Province(64, "สุโขทัย", "Sukhothai"),
    Province(65, "พิษณุโลก", "Phitsanulok"),
    Province(66, "พิจิตร", "Phichit"),
    Province(67, "เพชรบูรณ์", "Phetchabun"),
    Province(70, "ราชบุรี", "Ratchaburi"),
    Province(71, "กาญจนบุรี", "Kanchanaburi"),
    Province(72, "สุพรรณบุรี", "Suphan Buri"),
    Province(73, "นครปฐม", "Nakhon Pathom"),
    Province(74, "สมุทรสาคร", "Samut Sakhon"),
    Province(75, "สมุทรสงคราม", "Samut Songkhram"),
    Province(76, "เพชรบุรี", "Phetchaburi"),
    Province(77, "ประจวบคีรีขันธ์", "Prachuap Khiri Khan"),
    Province(80, "นครศรีธรรมราช", "Nakhon Si Thammarat"),
    Province(81, "กระบี่", "Krabi"),
    Province(82, "พังงา", "Phangnga"),
    Province(83, "ภูเก็ต", "Phuket"),
    Province(84, "สุราษฎร์ธานี", "Surat Thani"),
    Province(85, "ระนอง", "Ranong"),
    Province(86, "ชุมพร", "Chumphon"),
    Province(90, "สงขลา", "Songkhla"),
    Province(91, "สตูล", "Satun"),
    Province(92, "ตรัง", "Trang"),
    Province(93, "พัทลุง", "Phatthalung"),
    Province(94, "ปัตตานี", "Pattani"),
    Province(95, "ยะลา", "Yala"),
    Province(96, "นราธิวาส", "Narathiwat"),
    Province(99, "เบตง", "Betong"),
)

# Only names that everybody uses and that mean one province.
_ALIASES: Final[dict[str, int]] = {
    "กทม": 10,
    "กรุงเทพ": 10,
    "อยุธยา": 14,
    "Ayutthaya": 14,
    "โคราช": 30,
    "Korat": 30,
}

_PREFIXES: Final = ("จังหวัด", "จ.")


def _key(text: str) -> str:
    return fold(text).replace(".", "").replace("ฯ", "").casefold()


_BY_ISO: Final[dict[int, Province]] = {province.iso: province for province in PROVINCES}
_BY_KEY: Final[dict[str, Province]] = {
    **{_key(alias): _BY_ISO[iso] for alias, iso in _ALIASES.items()},
    **{_key(province.name_en): province for province in PROVINCES},
    **{_key(province.name_th): province for province in PROVINCES},
}


def by_name(text: str) -> Province | None:
    """Find a province by its Thai or English name, or by an alias in everyday use.

    Spaces, hyphens, full stops, the word จังหวัด and English letter case make no difference.
    """
    folded = fold(text)
    for prefix in _PREFIXES:
        folded = folded.removeprefix(prefix)
    return _BY_KEY.get(_key(folded))


def by_iso(iso: int) -> Province | None:
    """Find a province by its number; 99 is Betong."""
    return _BY_ISO.get(iso)
