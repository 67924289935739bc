"""The words of the pictures in both languages: pictures are drawn where no catalogue of translations is."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "today": ("Today", "오늘"),
    "plan": ("Plan", "계획"),
    "where_along": ("Where everything stands", "무엇이 어디에 놓이는가"),
    "where_along_note": (
        "The colour tells where along the strip a material is wanted: the bar at the top shows which belongs where.",
        "색은 그 자재를 찾는 자리를 뜻합니다. 맨 위 띠의 색과 맞을수록 가까이 있는 것입니다.",
    ),
    "where_down_note": (
        "The colour tells where along the strip a material is wanted: the bar at the left shows which belongs where.",
        "색은 그 자재를 찾는 자리를 뜻합니다. 왼쪽 띠의 색과 맞을수록 가까이 있는 것입니다.",
    ),
    "shared": ("wanted at several places", "여러 곳에서 찾는 자재"),
    "wanted": ("wanted here", "찾는 자리"),
    "forbidden": ("stays empty", "비워 두는 곳"),
    "flows": ("Who goes where", "어디로 나르는가"),
    "flows_note": (
        "Each line is a way from a material to a supply point, the thicker the more trips. Upright is short.",
        "선 하나가 자재에서 공급 지점까지의 길입니다. 굵을수록 자주 가고, 곧게 설수록 짧습니다.",
    ),
    "flows_down_note": (
        "Each line is a way from a material to a supply point, the thicker the more trips. Level is short.",
        "선 하나가 자재에서 공급 지점까지의 길입니다. 굵을수록 자주 가고, 평평할수록 짧습니다.",
    ),
    "passes": ("How busy the way is", "길이 얼마나 붐비는가"),
    "passes_note": (
        "Trips a day that pass each place along the strip.",
        "구역을 따라 각 자리를 하루에 몇 번 지나가는지 보여 줍니다.",
    ),
    "busiest": ("busiest {count}", "가장 붐비는 곳 {count}회"),
    "search": ("How the plan came about", "계획을 찾은 과정"),
    "search_note": (
        "The plan gets shorter, the bound says how short it can get at best. Where they meet, no plan is better.",
        "계획은 점점 짧아지고, 하한은 아무리 줄여도 이보다 짧을 수 없다는 값입니다. 둘이 만나면 가장 좋은 계획입니다.",
    ),
    "best": ("plan {figure}", "계획 {figure}"),
    "bound": ("bound {figure}", "하한 {figure}"),
    "seconds": ("seconds", "초"),
    "proven": ("proven: no plan is better", "증명됨: 더 좋은 계획은 없습니다"),
    "unknown": ("how good it is, is not known yet", "얼마나 좋은지는 아직 모릅니다"),
    "gap": ("at most {gap} % more than the best there can be", "가장 좋은 값과의 차이 최대 {gap} %"),
    "saving": ("What moving few materials saves", "조금만 옮겨도 줄어드는 거리"),
    "saving_note": (
        "The travel, by how many materials change their place.",
        "자재를 몇 개 옮기느냐에 따라 줄어드는 이동 거리입니다.",
    ),
    "saving_at": ("{moved} moved: {cost}", "{moved}개 옮김: {cost}"),
    "title_bulk": ("Materials along the strip", "구역을 따라 놓는 자재"),
    "title_kitting": ("Materials in the bins", "칸에 넣는 자재"),
    "way": ("Trips × way a day", "하루 횟수 × 거리"),
    "picking": ("Aisles entered × their distance", "들어가는 통로 × 거리"),
    "picking_more": (
        "Aisles entered × their distance, with levels and replenishment",
        "들어가는 통로 × 거리 (단 높이와 보충 포함)",
    ),
    "shorter": ("{share} % less than today", "오늘보다 {share} % 줄어듭니다"),
    "longer": ("{share} % more than today", "오늘보다 {share} % 늘어납니다"),
    "found_in": ("found in {seconds} s", "{seconds}초 만에 찾음"),
    "store": ("Where everything lies", "무엇이 어디에 있는가"),
    "store_note": (
        "Each column is a rack, bin above bin. Materials of kits that resemble each other have one colour.",
        "기둥 하나가 랙이고, 칸이 위로 쌓여 있습니다. 서로 닮은 키트의 자재는 같은 색입니다.",
    ),
    "kits_like": ("kits like {name} ({count})", "{name} 계열 키트 {count}개"),
    "many_kits": ("used by kits of several colours", "여러 색의 키트가 쓰는 자재"),
    "no_kit": ("on no bill of material", "어느 키트에도 없는 자재"),
    "free": ("free", "빈 칸"),
    "heat": ("What is fetched often", "자주 꺼내는 자재"),
    "heat_note": (
        "The darker a bin, the more often it is picked from. The figure above an aisle: how often it is entered.",
        "칸이 짙을수록 자주 꺼냅니다. 통로 위의 숫자는 그 통로에 들어가는 횟수입니다.",
    ),
    "seldom": ("seldom", "드물게"),
    "often": ("often", "자주"),
    "model": ("The bins of {name}", "{name} 키트의 칸"),
    "model_note": (
        "In red: the {count} materials of the kit, made {frequency} times.",
        "붉은 칸이 이 키트의 자재 {count}개입니다. {frequency}번 만듭니다.",
    ),
    "aisles_entered": ("aisles to enter: {count}", "들어가는 통로 {count}개"),
    "aisle": ("aisle {name}", "통로 {name}"),
    "door": ("in and out", "드나드는 곳"),
    "moves": ("What moves", "옮길 것"),
    "moves_note": (
        "{moved} of {all} materials change their place. Tick each one off.",
        "자재 {all}개 가운데 {moved}개의 자리가 바뀝니다. 옮긴 것은 표시하세요.",
    ),
    "stays": ("Nothing moves: everything lies well already.", "옮길 것이 없습니다. 지금 자리가 좋습니다."),
    "material": ("material", "자재"),
    "from": ("from", "지금 자리"),
    "to": ("to", "새 자리"),
    "by": ("how far", "옮기는 거리"),
    "done": ("done", "완료"),
    "place": ("{aisle} · rack {rack} · bin {first}", "{aisle} · 랙 {rack} · {first}번 칸"),
    "places": ("{aisle} · rack {rack} · bins {first}-{last}", "{aisle} · 랙 {rack} · {first}-{last}번 칸"),
    "nowhere": ("not placed yet", "아직 자리 없음"),
    "why_plan": ("Plan {objective}, bound {bound}", "계획 {objective}, 하한 {bound}"),
    "why_made": ("{seconds} s, seed {seed}, method {method}", "{seconds}초, 시드 {seed}, 방법 {method}"),
    "why_walk": (
        "Pickers walk {metres} m by the shortest tours, with bins {bin} m wide and aisles {aisles} m apart",
        "가장 짧은 길로 걸으면 {metres} m (칸 너비 {bin} m, 통로 간격 {aisles} m일 때)",
    ),
    "why_history": ("When it was known: plan, bound", "시간에 따른 계획과 하한"),
    "why_at": ("{material}: {place} (costs {cost})", "{material}: {place} (비용 {cost})"),
    "why_left": (
        "{trips} trips a day to supply point {point}, {way} to the left",
        "공급 지점 {point}: 하루 {trips}회, 왼쪽으로 {way}",
    ),
    "why_right": (
        "{trips} trips a day to supply point {point}, {way} to the right",
        "공급 지점 {point}: 하루 {trips}회, 오른쪽으로 {way}",
    ),
    "why_here": (
        "{trips} trips a day to supply point {point}, right there",
        "공급 지점 {point}: 하루 {trips}회, 바로 그 자리",
    ),
    "why_sides": ("pulled to the left {left}, to the right {right}", "당기는 횟수: 왼쪽 {left}, 오른쪽 {right}"),
    "why_alone": ("alone it would lie at {at} and cost {cost}", "혼자라면 {at}에 놓여 비용 {cost}"),
    "why_swap": ("changing places with {other}: {change}", "{other} 자리와 바꾸면 {change}"),
    "why_enters": (
        "kit {model} enters the aisle for it alone: {cost}",
        "키트 {model}: 이 자재 하나 때문에 통로에 들어감, {cost}",
    ),
    "why_together": (
        "kit {model} finds {others} of its other materials here",
        "키트 {model}: 다른 자재 {others}개도 이 통로에 있음",
    ),
    "why_elsewhere": ("in aisle {aisle}: {change}, there is room", "통로 {aisle}에 두면 {change}, 빈자리 있음"),
    "why_full": (
        "in aisle {aisle}: {change}, but something would have to leave",
        "통로 {aisle}에 두면 {change}, 다른 자재가 비켜야 함",
    ),
    "plan_of_moves": ("Moves, week by week", "주마다 옮길 것"),
    "moves_cost": ("Moving costs", "옮기는 비용"),
    "moves_saving": ("Saved in {weeks} weeks", "{weeks}주 동안 아끼는 비용"),
    "moves_left": ("Net gain", "순이득"),
    "pays_in": ("has paid at the end of week {week}", "{week}주째 끝에 본전"),
    "pays_never": (
        "Nothing is moved: no move pays back within {weeks} weeks.",
        "옮기지 않습니다. {weeks}주 안에 본전을 찾는 이동이 없습니다.",
    ),
    "balance": ("What has been saved, less what moving cost", "아낀 비용에서 옮긴 비용을 뺀 값"),
    "balance_note": (
        "At the end of each week. Below the line moving has not paid yet.",
        "주마다 끝에 본 값입니다. 선 아래는 아직 본전이 아닙니다.",
    ),
    "week": ("Week {week}", "{week}주"),
    "weeks": ("week", "주"),
    "week_sum": ("{count} moves, cost {cost}", "{count}번 옮김, 비용 {cost}"),
    "aside": ("laid aside for now", "잠시 옮겨 둠"),
    "cost": ("cost", "비용"),
    "bins": ("bins", "칸 수"),
    "remaining": (
        "{count} materials stay where they are: moving them would not pay in time.",
        "자재 {count}개는 그대로 둡니다. 제때 본전을 찾지 못합니다.",
    ),
    "blocked": ("blocked", "막힌 칸"),
    "levels": ("↑ level above the floor", "↑ 바닥 위의 단"),
    "new_place": ("lies there from now on", "이제부터 이 자리"),
}


class Words:
    """The words in one language: en or ko; another one is told in English."""

    def __init__(self, language: str) -> None:
        self.language = "ko" if language == "ko" else "en"
        self._column = 1 if self.language == "ko" else 0

    def __call__(self, key: str, **values: object) -> str:
        """Answer the words of a key, its braces filled."""
        return WORDS[key][self._column].format(**values)


def figure(value: float) -> str:
    """Write a figure: thousands set apart, digits behind the point only where few stand before it."""
    return f"{value:,.0f}" if abs(value) >= 1000 or value == round(value) else f"{value:,.2f}".rstrip("0").rstrip(".")


def short(count: float, say: Words) -> str:
    """Write a count for a narrow place: 12,345 as 12.3k, in Korean as 1.2만."""
    if count < 10_000:
        return figure(round(count, 1))
    unit, sign = (10_000, "만") if say.language == "ko" else (1000, "k")
    return f"{count / unit:.1f}".removesuffix(".0") + sign
