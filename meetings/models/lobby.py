"""Who waits to be let in, and what is said in writing: both are gone when the meeting ends."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from meetings.models.rooms import Assurance, Meeting, Participation, Room


class Knock(models.Model):
    """Somebody at the door of a room, and what was answered. Deleted when they give up, or when the meeting ends."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ADMITTED = "admitted"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="knocks")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    guest_key = models.CharField(max_length=40, blank=True)
    invitation = models.ForeignKey("Invitation", null=True, on_delete=models.SET_NULL, related_name="+")
    display_name = models.CharField(max_length=120)
    institution_label = models.CharField(max_length=200, blank=True)
    assurance = models.CharField(max_length=20, choices=Assurance.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    since = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()  # by its socket, now and then

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], condition=~Q(user=None), name="one_knock_per_user"),
            models.UniqueConstraint(
                fields=["room", "guest_key"], condition=~Q(guest_key=""), name="one_knock_per_guest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ChatMessage(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="chat")
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["meeting", "-at"], name="chat_of_a_meeting")]

    def __str__(self) -> str:
        return str(self.pk)
