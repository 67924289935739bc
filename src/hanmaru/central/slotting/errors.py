"""What slotting refuses, each with its remedy. What is wrong inside an instance is said by hanmaru.decide.slotting."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Invalid, NotFound, Refused, TooLarge


class UnknownStudy(NotFound):
    """No such study, search, relocation or task of this company."""

    code = "slotting.unknown"
    message = _("There is no such layout here. Load the page again.")


class NotJson(Invalid):
    """The file is no JSON."""

    code = "slotting.not_json"
    message = _("The file cannot be read as JSON: line %(line)s, column %(column)s. Choose an instance file.")


class NeitherKind(Invalid):
    """JSON, but neither kind of instance."""

    code = "slotting.neither_kind"
    message = _(
        "The file describes no layout: it needs the keys length, supply_points and materials, or aisles, materials "
        "and models."
    )


class NameUnprintable(Invalid):
    """A name with characters that cannot be shown."""

    code = "slotting.unprintable"
    message = _("The name %(name)s holds characters that cannot be shown. Write it with letters, digits and signs.")


class StudyTooLarge(TooLarge):
    """More materials or bins than a study may have."""

    code = "slotting.study_too_large"
    message = _(
        "One study takes up to %(most)s materials and %(most_bins)s bins; these are %(count)s and %(bins)s. Divide it "
        "into several."
    )


class NoBins(Invalid):
    """Nothing to lay goods into."""

    code = "slotting.no_bins"
    message = _("No open bins take these goods. Choose another part of the house, or add bins on the Places page.")


class NothingLies(Invalid):
    """No goods to lay out."""

    code = "slotting.nothing_lies"
    message = _("No goods of this storage class lie in the chosen bins. Choose another part of the house.")


class NoOrders(Invalid):
    """Nothing was ordered, so no place is better than another."""

    code = "slotting.no_orders"
    message = _("No order of these %(days)s days asks for goods that lie here. Choose a longer time.")


class SheetRowsWrong(Invalid):
    """Rows of a table that cannot be read; the first of them is told."""

    code = "slotting.rows"
    message = _("Row %(row)s, %(column)s: %(sentence)s %(remedy)s")


class NoPoints(Invalid):
    """A table without a column of trips."""

    code = "slotting.no_points"
    message = _(
        "The table has no column of trips. Name one for each supply point by where it is, for example “Point 12.5”."
    )


class BillContradicts(Invalid):
    """Two rows of a bill of material tell different things of one kit or material."""

    code = "slotting.bill_contradicts"
    message = _(
        "Row %(row)s, %(column)s: %(value)s for %(name)s, and %(other)s further up. Write the same, or leave the cell "
        "empty."
    )


class KitWithoutFigure(Invalid):
    """A kit of which nobody knows how often it is made."""

    code = "slotting.kit_without_figure"
    message = _("How often %(kit)s is made stands in none of its rows. Write it in one of them.")


class PlaceHalf(Invalid):
    """Half of a place."""

    code = "slotting.place_half"
    message = _(
        "Row %(row)s: where %(material)s lies now is told by aisle, rack and first bin. Fill in all three, or none."
    )


class UnknownMethod(Invalid):
    """A search by a method that there is not."""

    code = "slotting.unknown_method"
    message = _("There is no method %(method)s. Choose one of: %(known)s.")


class NoCurve(Refused):
    """What moving few materials saves is told against where they lie now: along a strip all of them."""

    code = "slotting.no_curve"
    message = _("This is told against where materials lie now, along a strip all of them. Add “today” to the figures.")


class LimitWrong(Invalid):
    """A time limit beyond what is sensible."""

    code = "slotting.limit"
    message = _("limit_s must be from 1 to %(most)s seconds.")


class StillSearching(Conflict):
    """The company searches as much as it may already."""

    code = "slotting.still_searching"
    message = _("%(count)s searches are under way or waiting. Wait until one has ended, or stop one.")


class NoPlan(Refused):
    """A search without a plan."""

    code = "slotting.no_plan"
    message = _("This search has found no plan. Search again, and give it more time.")


class NoWeeks(Refused):
    """The plan of a search is not carried out week by week: along a strip, or without today's places."""

    code = "slotting.no_weeks"
    message = _("Only a plan for bins of which is known what lies where now goes week by week. Accept the whole plan.")


class NoSuchWeek(NotFound):
    """A week in which nothing is moved."""

    code = "slotting.no_such_week"
    message = _("In week %(week)s nothing is moved; the moves that pay end with week %(last)s.")


class WeekTooEarly(Refused):
    """A week whose goods wait for what an earlier one moves."""

    code = "slotting.week_too_early"
    message = _("Week %(before)s comes before week %(week)s. Accept it and finish its moves first.")


class WeeksStand(Conflict):
    """Other figures than those by which the weeks were first accepted."""

    code = "slotting.weeks_stand"
    message = _("The weeks stand as they were when the first was accepted. Load the page again.")


class NothingToMove(Refused):
    """The plan is today's layout."""

    code = "slotting.nothing_to_move"
    message = _("All lies as the plan has it already. Nothing needs to be moved.")


class TodayUnknown(Refused):
    """Moves are told from today's layout, which the file does not hold."""

    code = "slotting.today_unknown"
    message = _("The file does not say where things lie today, so no moves can be told. Add “today” to it.")


class RelocationOpen(Conflict):
    """Two relocations at once would stand in each other's way."""

    code = "slotting.relocation_open"
    message = _("Another plan is being carried out. Finish it or call it off first.")


class NoRoomToSwap(Refused):
    """Goods are to change places and nothing is free to put them down meanwhile."""

    code = "slotting.no_room_to_swap"
    message = _(
        "Goods are to change places and no bin or dock is free to put them down. Free a bin, then accept the plan."
    )


class PlaceTaken(Refused):
    """Goods that are not in the study lie where the plan wants others."""

    code = "slotting.place_taken"
    message = _("%(material)s lies at %(place)s since, and the plan does not know of it. Make the study anew.")


class PlaceTooSmall(Refused):
    """The place that the plan gives cannot hold the goods."""

    code = "slotting.place_too_small"
    message = _(
        "%(place)s cannot hold %(quantity)s pcs of %(material)s: %(why)s Change the place, or make the study anew."
    )


class RelocationEnded(Refused):
    """Its tasks can be done no more."""

    code = "slotting.relocation_ended"
    message = _("This relocation has ended. Load the page again.")


class NotItsTurn(Refused):
    """Tasks are done in order: what makes room comes first."""

    code = "slotting.not_its_turn"
    message = _("No. %(number)s comes first: it makes room for this, or brings it. Do it, then this one.")


class InTheWay(Refused):
    """Since the plan was accepted, other goods were laid where a task brings some."""

    code = "slotting.in_the_way"
    message = _("%(material)s lies at %(place)s, where this is to go. Carry it to another place first.")
