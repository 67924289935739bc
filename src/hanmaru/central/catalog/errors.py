"""What the catalogue refuses. Each sentence names the field and what to do."""

from django.utils.translation import gettext_lazy as _

from hanmaru.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused


class UnknownCode(NotFound):
    """Something readable was scanned that names no variant of this company."""

    code = "catalog.unknown_code"
    message = _("No product has the code %(code)s. Check the label, or give the code to a product first.")


class ForeignTag(Forbidden):
    """A tag written by Hanmaru, but for another company."""

    code = "catalog.foreign_tag"
    message = _("Tag %(epc)s was written by another company. Put a tag of your own on it.")


class TagRetired(Refused):
    """A tag that was taken off its goods is read again."""

    code = "catalog.tag_retired"
    message = _("Tag %(epc)s is no longer in use. Bind it again, or put a new tag on the goods.")


class NotAProduct(Invalid):
    """A place, an order or a parcel was scanned where goods were expected."""

    code = "catalog.not_a_product"
    message = _("%(code)s is not a product. Scan the label of the product.")


class NoSuchProduct(NotFound):
    """No such product, variant, option, photo or tag for this company."""

    code = "catalog.not_found"
    message = _("There is no such product any more. Go back to the list of products.")


class TextNeeded(Invalid):
    """A text that must not be empty is."""

    code = "catalog.text_needed"
    message = _("%(field)s: this is empty. Write at least one letter.")


class TextTooLong(Invalid):
    """A text is longer than its column, or has characters that no label can show."""

    code = "catalog.text_too_long"
    message = _("%(field)s: %(length)s characters are too many. Use at most %(most)s.")


class NumberImpossible(Invalid):
    """A price, weight or length out of its bounds."""

    code = "catalog.number"
    message = _("%(field)s: %(value)s is not possible. Give a whole number from %(least)s to %(most)s.")


class CodeTaken(Conflict):
    """Another product has this product code."""

    code = "catalog.code_taken"
    message = _("Product code %(value)s already belongs to %(other)s. Choose another code.")


class SkuTaken(Conflict):
    """Another variant has this SKU."""

    code = "catalog.sku_taken"
    message = _("SKU %(value)s already belongs to %(other)s. Choose another SKU.")


class BarcodeTaken(Conflict):
    """Another variant has this barcode."""

    code = "catalog.barcode_taken"
    message = _("Barcode %(value)s already belongs to %(other)s. Compare it with the label.")


class TagTaken(Conflict):
    """The tag is bound to other goods."""

    code = "catalog.tag_taken"
    message = _("Tag %(value)s is already bound to %(other)s. Take it off there first.")


class TooManyVariants(Invalid):
    """The options would make more variants than one product may have."""

    code = "catalog.too_many_variants"
    message = _("These options make %(count)s variants; one product has at most %(most)s. Split it into two products.")


class OptionsImpossible(Invalid):
    """An option without values, or more options than a SKU can carry."""

    code = "catalog.options_impossible"
    message = _("Give at most %(most)s options, each with at least one value.")


class CodeImpossible(Invalid):
    """A code with characters that no label can carry."""

    code = "catalog.code_impossible"
    message = _("%(field)s: %(value)s cannot stand in a code. Use letters and digits, without blanks.")


class OptionTwice(Invalid):
    """The same option, value or value code is there twice."""

    code = "catalog.option_twice"
    message = _("%(value)s is there twice. Keep one of them.")


class OptionInUse(Refused):
    """An option cannot be taken away while its values tell variants apart."""

    code = "catalog.option_in_use"
    message = _("Option %(option)s tells variants apart. Take its values away first until one is left.")


class UnknownOption(Invalid):
    """A row names an option that the product does not have."""

    code = "catalog.option_unknown"
    message = _("The product has no option %(option)s. It has: %(known)s. Add the option on its page first.")


class OptionMissing(Invalid):
    """A row leaves an option of the product open."""

    code = "catalog.option_missing"
    message = _("Option %(option)s is empty. Write one of its values.")


class TwiceInFile(Invalid):
    """Two rows of a file tell the same variant, or give two variants one code."""

    code = "catalog.twice_in_file"
    message = _("%(value)s is already in row %(row)s. Keep one of the two rows.")


class NameDiffers(Invalid):
    """Two rows of one product code call the product differently."""

    code = "catalog.name_differs"
    message = _("Row %(row)s calls this product “%(name)s”. Use one name for one product code.")


class FileGone(NotFound):
    """The file of a trial is no longer kept."""

    code = "catalog.file_gone"
    message = _("The file is no longer kept. Choose it again.")


class StorageClassUsed(Refused):
    """Products need this storage class."""

    code = "catalog.storage_class_used"
    message = _("%(count)s products use the storage class %(name)s. Give them another one first.")


class StorageClassTaken(Conflict):
    """A storage class of this code exists."""

    code = "catalog.storage_class_taken"
    message = _("There is already a storage class with the code %(value)s. Choose another code.")


class UnknownStorageClass(Invalid):
    """No such storage class."""

    code = "catalog.storage_class_unknown"
    message = _("There is no storage class %(value)s. Use one of: %(known)s.")


class UnknownTracking(Invalid):
    """No such way of telling goods apart."""

    code = "catalog.tracking_unknown"
    message = _("There is no tracking %(value)s. Use one of: %(known)s.")


class TrackingFixed(Refused):
    """How goods are told apart cannot change while goods are in stock under the old rule."""

    code = "catalog.tracking_fixed"
    message = _("The tracking cannot be changed any more: goods were already booked. Make a new product.")


class TooManyPhotos(Refused):
    """A product has as many photos as it may have."""

    code = "catalog.too_many_photos"
    message = _("A product has at most %(most)s photos. Delete one first.")


class FontMissing(Refused):
    """The font for printed sheets is not installed."""

    code = "catalog.font_missing"
    message = _("The font for labels is missing. Run the set-up again, then print.")
