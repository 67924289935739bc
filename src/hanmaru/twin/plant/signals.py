"""What each machine's device tells: names in both languages, units (UCUM), noise and steps of the sensors."""

from typing import Final

from hanmaru.twin.physics.anodizing import BATHS
from hanmaru.twin.physics.sensor import Signal

BATH_NAMES: Final = {
    "degrease": ("탈지조", "degreasing bath"),
    "anodize": ("양극산화조", "anodizing bath"),
    "dye": ("염색조", "dyeing bath"),
    "seal": ("봉공조", "sealing bath"),
}


def _bath(name: str) -> list[Signal]:
    korean, english = BATH_NAMES[name]
    return [
        Signal(f"{name}/temperature", f"{korean} 온도", f"Temperature of the {english}", unit="Cel", noise=0.04,
               resolution=0.01, low=0, high=110),
        Signal(f"{name}/setpoint", f"{korean} 설정 온도", f"Wanted temperature of the {english}", unit="Cel",
               resolution=0.1, low=0, high=110, writable=True),
        Signal(f"{name}/heating", f"{korean} 히터", f"Heater of the {english}", "flag"),
        Signal(f"{name}/pressure", f"{korean} 여과 압력", f"Filter pressure of the {english}", unit="kPa", noise=0.6,
               resolution=0.1, low=0, high=250),
        Signal(f"{name}/load", f"{korean} 작업 랙", f"Rack in the {english}", "text"),
    ]  # fmt: skip


ANODIZING: Final = [signal for bath in BATHS for signal in _bath(bath)] + [
    Signal("anodize/cooling", "양극산화조 냉각", "Cooler of the anodizing bath", "flag"),
    Signal("anodize/current", "정류기 전류", "Rectifier current", unit="A", noise=0.5, resolution=0.1, high=600),
    Signal("anodize/voltage", "정류기 전압", "Rectifier voltage", unit="V", noise=0.02, resolution=0.01, high=30),
    Signal("anodize/current-density", "전류 밀도", "Current density", unit="A/dm2", resolution=0.01, high=3,
           writable=True),
    Signal("anodize/charge", "통전 전하량", "Charge put through", unit="A.h", resolution=0.01, high=200),
    Signal("anodize/acid", "황산 농도", "Sulphuric acid", unit="g/L", noise=0.15, resolution=0.1, low=100, high=250),
    Signal("anodize/aluminium", "용존 알루미늄", "Dissolved aluminium", unit="g/L", noise=0.02, resolution=0.01,
           high=25),
    Signal("anodize/dosing", "황산 보충", "Acid being dosed", "flag"),
    Signal("anodize/product", "작업 제품", "Product in the bath", "text"),
    Signal("quality/load", "검사 랙", "Rack inspected", "text"),
    Signal("quality/product", "검사 제품", "Product inspected", "text"),
    Signal("quality/thickness", "피막 두께", "Oxide thickness", unit="um", resolution=0.01, high=30),
    Signal("quality/lightness", "색 L*", "Colour L*", resolution=0.01),
    Signal("quality/red", "색 a*", "Colour a*", resolution=0.01, low=-100),
    Signal("quality/yellow", "색 b*", "Colour b*", resolution=0.01, low=-100),
    Signal("quality/difference", "색차 ΔE", "Colour difference dE", resolution=0.01),
    Signal("quality/good", "합격", "Within specification", "flag"),
    Signal("quality/pieces", "검사 수량", "Pieces inspected", "integer", unit="{piece}"),
]  # fmt: skip

MILL: Final = [
    Signal("program/name", "가공 프로그램", "Program", "text"),
    Signal("program/state", "가공 상태", "State", "text"),
    Signal("program/block", "공정 번호", "Operation", "integer"),
    Signal("spindle/speed", "주축 회전수", "Spindle speed", unit="/min", noise=4, resolution=1, high=20_000),
    Signal("spindle/load", "주축 부하", "Spindle load", unit="%", noise=0.4, resolution=0.1, high=150),
    Signal("feed", "이송 속도", "Feed", unit="mm/min", resolution=1, high=5000),
    Signal("feed/override", "이송 오버라이드", "Feed override", unit="%", resolution=1, high=150, writable=True),
    Signal("tool/number", "공구 번호", "Tool", "integer"),
    Signal("tool/wear", "공구 마모", "Flank wear of the tool", unit="mm", noise=0.002, resolution=0.001, high=1),
    Signal("parts", "가공 수량", "Parts made", "integer", unit="{piece}"),
]

PRESS: Final = [
    Signal("running", "운전", "Running", "flag"),
    Signal("bearing/temperature", "주축 베어링 온도", "Main shaft bearing temperature", unit="Cel", noise=0.08,
           resolution=0.1, high=120),
    Signal("vibration/rms", "진동 실효값", "Vibration velocity, RMS", unit="mm/s", noise=0.015, resolution=0.001,
           high=20),
    Signal("vibration/shaft", "회전 성분 진동", "Vibration at shaft speed", unit="mm/s", noise=0.01, high=20),
    Signal("vibration/bearing", "베어링 성분 진동", "Vibration at the bearing frequency", unit="mm/s", noise=0.01,
           high=20),
    Signal("vibration/bearing-frequency", "베어링 결함 주파수", "Outer race frequency", unit="Hz", resolution=0.1,
           high=500),
    Signal("motor/current", "모터 전류", "Motor current", unit="A", noise=0.15, resolution=0.01, high=60),
    Signal("stroke-rate", "분당 스트로크", "Stroke rate", unit="/min", resolution=0.1, high=60),
    Signal("stroke-rate/setpoint", "설정 스트로크", "Wanted stroke rate", unit="/min", resolution=0.1, high=60,
           writable=True),
    Signal("force", "성형 하중", "Press force", unit="kN", noise=1.5, resolution=0.1, high=1000),
    Signal("strokes", "누적 스트로크", "Strokes", "integer"),
]  # fmt: skip

CASTING: Final = [
    Signal("melt/temperature", "용탕 온도", "Melt temperature", unit="Cel", noise=0.5, resolution=0.1, low=0, high=800),
    Signal("melt/setpoint", "용탕 설정 온도", "Wanted melt temperature", unit="Cel", resolution=0.1, high=800,
           writable=True),
    Signal("melt/mass", "용탕 중량", "Melt in the furnace", unit="kg", noise=0.2, resolution=0.1, high=400),
    Signal("mould/temperature", "금형 온도", "Mould temperature", unit="Cel", noise=0.4, resolution=0.1, high=600),
    Signal("furnace/power", "보온로 출력", "Furnace power", unit="kW", noise=0.1, resolution=0.1, high=60),
    Signal("pressure", "가압 압력", "Casting pressure", unit="kPa", noise=0.03, resolution=0.01, high=100),
    Signal("phase", "주조 단계", "Phase of the shot", "integer"),
    Signal("hold/seconds", "가압 유지 시간", "Holding time", unit="s", resolution=0.1, high=90, writable=True),
    Signal("cycle", "사이클 시간", "Last cycle", unit="s", resolution=0.1, high=300),
    Signal("shots", "누적 쇼트", "Shots", "integer"),
    Signal("running", "운전", "Running", "flag"),
]  # fmt: skip

CONVEYOR: Final = [
    Signal("speed", "벨트 속도", "Belt speed", unit="m/s", noise=0.002, high=1),
    Signal("speed/setpoint", "설정 속도", "Wanted speed", unit="m/s", resolution=0.01, high=1, writable=True),
    Signal("running", "운전", "Running", "flag", writable=True),
    Signal("motor/current", "모터 전류", "Motor current", unit="A", noise=0.02, resolution=0.01, high=10),
    Signal("entry", "입구 감지", "Piece at the entry", "flag"),
    Signal("exit", "출구 감지", "Piece at the exit", "flag"),
    Signal("passed", "통과 수량", "Pieces passed", "integer", unit="{piece}"),
]

ROOM: Final = [
    Signal("temperature", "실내 온도", "Room temperature", unit="Cel", noise=0.03, resolution=0.01, low=-20, high=60),
    Signal("humidity", "실내 습도", "Relative humidity", unit="%", noise=0.15, resolution=0.1),
]

SCALE: Final = [
    Signal("weight", "무게", "Weight", unit="kg"),
    Signal("stable", "안정", "Stands still", "flag"),
    Signal("overload", "과하중", "Too heavy", "flag"),
    Signal("net", "순중량 표시", "Net, after taring", "flag"),
]

CARD_READER: Final = [
    Signal("card", "읽은 카드", "Card at the reader", "text"),
    Signal("antenna", "안테나 번호", "Antenna that saw it", "integer"),
    Signal("alive", "켠 뒤 보낸 줄", "Lines since it was switched on", "integer", unit="{line}"),
    Signal("trouble", "마지막 고장 코드", "Code of the last trouble", "text"),
]

LABEL_PRINTER: Final = [
    Signal("label", "라벨 (ZPL)", "Label in ZPL", "text", writable=True),
    Signal("paper_out", "용지 없음", "Paper is out", "flag"),
    Signal("paused", "일시 정지", "Paused", "flag"),
    Signal("head_open", "헤드 열림", "Head is open", "flag"),
    Signal("waiting", "대기 라벨", "Labels waiting", "integer", unit="{label}"),
]
