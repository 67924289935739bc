"""What can be wrong with an instance or a plan: each names the key where it stands, and the remedy.

A key is written as a path: `materials[3].width`, `models[0].materials[2]`.
"""

from typing import Final

from hanmaru.kernel.errors import Invalid, Refused

REASONS: Final = {
    "number": "%(key)s must be a number; it is %(value)s",
    "integer": "%(key)s must be a whole number; it is %(value)s",
    "string": "%(key)s must be text; it is %(value)s",
    "boolean": "%(key)s must be true or false; it is %(value)s",
    "array": "%(key)s must be a list; it is %(value)s",
    "object": "%(key)s must be an object of keys and values; it is %(value)s",
    "finite": "%(key)s is %(value)s, which is no number one can count with. Give a number",
    "minimum": "%(key)s must be at least %(bound)s; it is %(value)s",
    "exclusiveMinimum": "%(key)s must be more than %(bound)s; it is %(value)s",
    "maximum": "%(key)s must be at most %(bound)s; it is %(value)s. Use a larger unit",
    "minItems": "%(key)s must have at least %(bound)s entries; it has %(value)s",
    "maxItems": "%(key)s must have at most %(bound)s entries; it has %(value)s",
    "minLength": "%(key)s must not be empty",
    "maxLength": "%(key)s must have at most %(bound)s characters; it has %(value)s",
    "direction": "%(key)s must end after it begins: from %(start)s to %(end)s",
}
"""What a value must be, by the word of JSON schema that it breaks."""


class WrongValue(Invalid):
    """A value of the wrong kind or out of bounds."""

    code = "slotting.wrong_value"
    message = "%(key)s cannot be %(value)s"


class UnknownKey(Invalid):
    """A key that the format does not have; the nearest one that it has is named."""

    code = "slotting.unknown_key"
    message = "There is no key %(key)s; did you mean %(near)s? The keys there are: %(known)s"


class MissingKey(Invalid):
    """A key that must be there and is not."""

    code = "slotting.missing_key"
    message = "%(key)s is missing. Give it: %(what)s"


class DuplicateId(Invalid):
    """An id that stands twice in one list."""

    code = "slotting.duplicate_id"
    message = "%(key)s: %(id)s stands there twice. Name each once"


class UnknownMaterial(Invalid):
    """A material that the list of materials does not have."""

    code = "slotting.unknown_material"
    message = "%(key)s names the material %(id)s, which is not among the materials. Add it there or leave it out here"


class UnknownSupplyPoint(Invalid):
    """Trips to a supply point that is not there; points are named by their number, from 0."""

    code = "slotting.unknown_supply_point"
    message = "%(key)s: there is no supply point %(id)s. Name one by its number, from 0 to %(last)s"


class UnknownAisle(Invalid):
    """A place in an aisle that the store does not have."""

    code = "slotting.unknown_aisle"
    message = "%(key)s names the aisle %(id)s, which is not among the aisles. Add it there or mend the name"


class UnknownBins(Invalid):
    """A place whose rack is not there, or whose bins reach beyond the rack's end."""

    code = "slotting.unknown_bins"
    message = (
        "%(key)s: %(id)s needs %(bins)s bins from bin %(first)s of rack %(rack)s in aisle %(aisle)s, which has %(has)s "
        "bins there. Racks and bins are counted from 0; mend the place"
    )


class UnknownRack(Invalid):
    """A rack that an aisle does not have."""

    code = "slotting.unknown_rack"
    message = "%(key)s: the aisle %(aisle)s has no rack %(rack)s. Name one by its number, from 0 to %(last)s"


class UnknownLevel(Invalid):
    """A rack on a level that is not described."""

    code = "slotting.unknown_level"
    message = (
        "%(key)s: level %(level)s is not among rules.levels, which has %(has)s. Describe it there, from the floor up"
    )


class UnknownSize(Invalid):
    """Bins of a size that no rack has."""

    code = "slotting.unknown_size"
    message = "%(key)s names the size %(id)s, which no rack of rules.racks has. Give it to a rack or leave it out here"


class UnknownModel(Invalid):
    """A model that the list of models does not have."""

    code = "slotting.unknown_model"
    message = "%(key)s names the model %(id)s, which is not among the models. Add it there or leave it out here"


class UnknownDepot(Invalid):
    """A model picked from a depot that is not described."""

    code = "slotting.unknown_depot"
    message = "%(key)s names the depot %(id)s, which is not among rules.depots. Describe it there or mend the name"


class NoTrips(Invalid):
    """A material that nobody fetches has no best place."""

    code = "slotting.no_trips"
    message = "%(key)s: the material %(id)s has no trips. Give trips above 0 to a supply point, or leave it out"


class TooWide(Invalid):
    """The zones together are wider than the free part of the strip."""

    code = "slotting.too_wide"
    message = (
        "The zones need %(needed)s and the strip has %(free)s free: %(excess)s too much. Lengthen the strip, narrow "
        "zones, or take materials out"
    )


class MaterialTooWide(Invalid):
    """One zone is wider than the longest free stretch."""

    code = "slotting.material_too_wide"
    message = (
        "%(key)s: the material %(id)s is %(width)s wide and the longest free stretch of the strip is %(free)s: "
        "%(excess)s too much. Narrow it, or free a longer stretch"
    )


class TooManyBins(Invalid):
    """The materials together need more bins than there are."""

    code = "slotting.too_many_bins"
    message = (
        "The materials need %(needed)s bins and the racks have %(has)s: %(excess)s too many. Add racks, or take "
        "materials out"
    )


class FitsNoRack(Invalid):
    """A material that needs more adjacent bins than the longest rack has."""

    code = "slotting.fits_no_rack"
    message = (
        "%(key)s: the material %(id)s needs %(bins)s adjacent bins and the longest rack has %(longest)s. Divide it "
        "into two materials, or add a longer rack"
    )


class FitsNoSize(Invalid):
    """A material for which no rack has bins of a size that can hold it."""

    code = "slotting.fits_no_size"
    message = (
        "%(key)s: the material %(id)s fits the bins of no rack, which are of the sizes %(sizes)s. Tell in "
        "rules.bins_by_size how many of one of them it needs"
    )


class OutsideStrip(Invalid):
    """A zone, a forbidden stretch or a supply point beyond an end of the strip."""

    code = "slotting.outside_strip"
    message = (
        "%(key)s: from %(start)s to %(end)s leaves the strip, which reaches from %(begin)s to %(length)s. "
        "Move it inside"
    )


class FixedOverlap(Invalid):
    """Two things that must stand where they are stand on each other."""

    code = "slotting.fixed_overlap"
    message = "rules.fixed: %(one)s and %(other)s overlap by %(by)s. Move one of them"


class NoToday(Invalid):
    """A rule about moves without the layout from which to move."""

    code = "slotting.no_today"
    message = "%(key)s counts moves from today's layout, and today does not tell where %(id)s is. Add it to today"


class FixedBins(Invalid):
    """A material fixed on bins that are taken: by another one, or by a pillar."""

    code = "slotting.fixed_bins"
    message = (
        "rules.fixed: %(one)s and %(other)s take the same bin %(bin)s of rack %(rack)s in aisle %(aisle)s. Move one"
    )


class FixedAgainstRule(Invalid):
    """A material fixed where another rule does not let it lie."""

    code = "slotting.fixed_against_rule"
    message = "rules.fixed.%(id)s and %(rule)s contradict each other. Take one of them back"


class FixedForbidden(Invalid):
    """A material fixed where nothing may lie."""

    code = "slotting.fixed_forbidden"
    message = (
        "rules.fixed: %(id)s lies from %(start)s to %(end)s, partly on the forbidden stretch from %(from)s to %(to)s. "
        "Move it, or shorten the stretch"
    )


class InTwoGroups(Invalid):
    """A material in two groups that stand together."""

    code = "slotting.in_two_groups"
    message = "%(key)s: the material %(id)s is in an earlier group already. Make one group of the two"


class TooFarApart(Invalid):
    """Two centres to be further apart than the strip allows."""

    code = "slotting.too_far_apart"
    message = "%(key)s: the centres can be at most %(most)s apart on this strip; %(distance)s is asked. Ask for less"


class NoLayout(Invalid):
    """Rules that no layout keeps together: the smallest set found."""

    code = "slotting.no_layout"
    message = "No layout keeps these rules together: %(conflict)s. Loosen one of them, or lengthen the strip"


class NoLayoutFound(Refused):
    """Neither a layout that keeps all rules nor a proof that there is none, in the time given."""

    code = "slotting.no_layout_found"
    message = "No layout that keeps all rules was found in the time given. Give more time, or loosen a rule"


class KnowsNoRules(Invalid):
    """A method of the source, which knows no rules."""

    code = "slotting.knows_no_rules"
    message = "The method %(method)s knows no rules (fixed, forbidden, together and the like). Take the method auto"


class TooManyMaterials(Invalid):
    """More materials than a method can be handed: its programme grows with their square."""

    code = "slotting.too_many_materials"
    message = "The method %(method)s takes at most %(most)s materials; there are %(materials)s. Take the method auto"


class TooLittleTime(Refused):
    """So many materials that reading and preparing them leaves no time to search."""

    code = "slotting.too_little_time"
    message = (
        "Preparing %(materials)s materials takes as long as the time limit allows. Give at least %(seconds)s seconds, "
        "or divide the strip"
    )


class OneStripOnly(Invalid):
    """A rule that is understood on a single strip only."""

    code = "slotting.one_strip_only"
    message = "most_moved is understood for a single strip; the problem has %(strips)s. Solve them one by one"


class TodayOverlaps(Invalid):
    """A layout of today that cannot be: two zones on each other."""

    code = "slotting.today_overlaps"
    message = "today: the zones of %(one)s and %(other)s overlap by %(by)s. Mend where one of them is today"


class TodayForbidden(Invalid):
    """A layout of today that cannot be: a zone where nothing may lie."""

    code = "slotting.today_forbidden"
    message = (
        "today: the zone of %(id)s from %(start)s to %(end)s lies on the forbidden stretch from %(from)s to %(to)s. "
        "Mend where it is today, or the stretch"
    )


class UnknownStrip(Invalid):
    """A strip that is not there."""

    code = "slotting.unknown_strip"
    message = "%(key)s names the strip %(id)s, which is not among the strips. Add it there or mend the name"
