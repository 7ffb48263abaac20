"""Pictures and signatures that belong to records: taken in, checked, kept out of the web server's reach, shown."""

from kb.attachments.fields import PhotosField
from kb.attachments.keep import attach, attach_all, visible_to

__all__ = ["PhotosField", "attach", "attach_all", "visible_to"]
