"""Meeting requests, updates and cancellations reach the attendees'
calendars, and rooms answer by themselves."""
import time

from . import series
from .model import Item

# what an update carries to the attendees' copies
CARRIED = ("Subject", "Location", "Start", "End", "IsAllDayEvent",
           "Importance", "Sensitivity", "Recurrence", "StartTimeZone",
           "EndTimeZone", "MeetingTimeZone", "StartTimeZoneId",
           "EndTimeZoneId", "EnhancedLocation", "IsResponseRequested",
           "AllowNewTimeProposal", "MeetingWorkspaceUrl")


class Deliverer:
    def __init__(self, company, later):
        self.company = company
        self.later = later		# fn(seconds, callable)
        self.room_delay_s = 0.3
        self.sent = 0

    def _fill(self, copy, item, subject=None):
        for name in CARRIED:
            if name in item.props:
                copy.props[name] = item.props[name]
            else:
                copy.props.pop(name, None)
        if subject is not None:
            copy.props["Subject"] = subject
        copy.body = item.body
        copy.attendees = [a.copy() for a in item.attendees]
        copy.ext = dict(item.ext)
        copy.organizer = item.organizer
        copy.sequence = item.sequence

    def send(self, item, by, only=None):
        """A request or an update to each attendee (or those in `only`)."""
        item.sent = True
        for a in list(item.attendees):
            if only is not None and a.address.lower() not in only:
                continue
            box = self.company.find(a.address)
            self.sent += 1
            if box is None or box is item.box:
                continue
            copy = box.by_uid.get(item.uid)
            if isinstance(item, series.Part):
                if copy is not None:
                    copy.wrote("Delivery", by, ["occurrence"], by_mail=True)
                    self.company.changed(copy)
                continue
            if copy is None:
                self._first(box, item, by)
            else:
                self._fill(copy, item)
                copy.cancelled = False
                copy.wrote("Delivery", by, ["update"], by_mail=True)
                self.company.changed(copy)
            if box.room:
                self.later(self.room_delay_s,
                           lambda box=box: self._room_accepts(box, item))

    def _first(self, box, item, by):
        copy = Item(box, box.calendar)
        copy.uid = item.uid
        copy.is_organizer = False
        copy.is_meeting = True
        copy.sent = True
        copy.my_response = "NoResponseReceived"
        copy.props["LegacyFreeBusyStatus"] = "Tentative"
        self._fill(copy, item)
        copy.wrote("Delivery", by, ["request"], by_mail=True)
        self.company.put(copy)

    def _room_accepts(self, box, item):
        copy = box.by_uid.get(item.uid)
        if copy is None or copy.my_response == "Accept":
            return
        copy.my_response = "Accept"
        copy.props["LegacyFreeBusyStatus"] = "Busy"
        copy.wrote("RoomAccept", box.address, ["MyResponseType"])
        self.company.changed(copy)
        if item.id not in self.company.items:
            return
        # The answer is written on the organizer's copy: a change of the
        # item that neither the person nor the connector made.
        for a in item.attendees:
            if a.address.lower() == box.address.lower():
                a.response, a.time = "Accept", time.time()
        item.wrote("RoomAccept", box.address, ["Attendees"])
        self.company.changed(item)

    def cancel(self, item, by, addresses=None):
        if isinstance(item, series.Part):
            self.sent += len(item.attendees)
            return
        for a in item.attendees:
            if addresses is not None and a.address.lower() not in addresses:
                continue
            box = self.company.find(a.address)
            self.sent += 1
            copy = box.by_uid.get(item.uid) if box else None
            if copy is None or copy is item:
                continue
            copy.cancelled = True
            subject = item.props.get("Subject", "")
            if not subject.startswith("Canceled: "):
                copy.props["Subject"] = "Canceled: " + subject
            copy.props["LegacyFreeBusyStatus"] = "Free"
            copy.wrote("Delivery", by, ["cancellation"], by_mail=True)
            self.company.changed(copy)

    def removed(self, item, before, by):
        if isinstance(item, series.Part):
            return set()
        """Those who were taken off the list get a cancellation."""
        now = {a.address.lower() for a in item.attendees}
        gone = {a.address.lower(): a for a in before
                if a.address.lower() not in now}
        for address in gone:
            box = self.company.find(address)
            copy = box.by_uid.get(item.uid) if box else None
            if copy is not None and copy is not item:
                copy.cancelled = True
                copy.props["Subject"] = "Canceled: " + \
                    item.props.get("Subject", "")
                copy.wrote("Delivery", by, ["cancellation"], by_mail=True)
                self.company.changed(copy)
        return set(gone)
