"""Groups, forums and channels, and what their admins do."""

from dataclasses import dataclass, replace

from tests.emulators.telegram.chats import Chat, Content, Member, Message, Topic, User
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """A chat of many; what happens in it is done by its creator unless `by` says otherwise."""

    chat: Chat
    _world: World

    @property
    def id(self) -> int:
        return self.chat.id

    def add_bot(self, by: Person | None = None, *, admin: bool = False) -> int | None:
        """Let the bot in; give the my_chat_member update's id."""
        update_id = self._place_bot(by, "administrator" if admin else "member")
        if self.chat.type != "channel":
            newcomers = [self._world.bot.as_json()]
            self._world.serve_notice(self.chat, self._actor(by), new_chat_members=newcomers)
        return update_id

    def kick_bot(self, by: Person | None = None) -> int | None:
        return self._place_bot(by, "kicked")

    def remove_bot(self, by: Person | None = None) -> int | None:
        """Let the bot be gone without a ban."""
        return self._place_bot(by, "left")

    def promote_bot(self, by: Person | None = None) -> int | None:
        return self._place_bot(by, "administrator")

    def demote_bot(self, by: Person | None = None) -> int | None:
        return self._place_bot(by, "member")

    def mute_bot(self, by: Person | None = None) -> int | None:
        return self._place_bot(by, "member", muted=True)

    def join(self, person: Person) -> int | None:
        return self._world.change_member(self.chat, person.user, Member(person.user))

    def remove(self, person: Person, by: Person | None = None) -> int | None:
        return self._change(person, by, status="kicked")

    def promote(
        self, person: Person, by: Person | None = None, *, anonymous: bool = False
    ) -> int | None:
        """Make somebody an admin, who then writes anonymously if so wished."""
        return self._change(person, by, status="administrator", anonymous=anonymous)

    def demote(self, person: Person, by: Person | None = None) -> int | None:
        return self._change(person, by, status="member", anonymous=False)

    def topic(self, name: str, by: Person | None = None) -> int:
        """Open a topic; give its thread id."""
        if not self.chat.is_forum:
            raise ValueError(f"chat {self.id} has no topics")
        created = {"name": name, "icon_color": 0x6FB9F0}
        actor = self._actor(by)
        notice = self._notice_in(None, actor, forum_topic_created=created)
        self.chat.topics[notice.id] = Topic(notice.id, name)
        notice.thread_id = notice.id
        self._world.announce(notice)
        return notice.id

    def close_topic(self, thread: int, by: Person | None = None) -> None:
        self.chat.topics[thread].closed = True
        self._world.announce(self._notice_in(thread, self._actor(by), forum_topic_closed={}))

    def reopen_topic(self, thread: int, by: Person | None = None) -> None:
        self.chat.topics[thread].closed = False
        self._world.announce(self._notice_in(thread, self._actor(by), forum_topic_reopened={}))

    def delete_topic(self, thread: int) -> None:
        """Remove a topic and its messages, of which no bot is told."""
        self.chat.topics[thread].deleted = True
        for message in self.chat.messages.values():
            message.deleted |= message.thread_id == thread

    def migrate(self, by: Person | None = None) -> "Room":
        """Upgrade a group; both chats get their service message. Gives the supergroup."""
        if self.chat.type != "group" or self.chat.migrated_to:
            raise ValueError(f"chat {self.id} cannot be upgraded")
        world, actor = self._world, self._actor(by)
        new = Chat(-1_000_000_000_000 - world.next_number(), "supergroup", self.chat.title)
        new.members = {key: replace(member) for key, member in self.chat.members.items()}
        world.chats[new.id] = new
        world.serve_notice(self.chat, actor, migrate_to_chat_id=new.id)
        self.chat.migrated_to = new.id
        world.serve_notice(new, actor, migrate_from_chat_id=self.chat.id)
        return Room(new, world)

    def delete(self) -> None:
        """Delete the whole chat, of which no bot is told."""
        self.chat.deleted = True

    def _notice_in(self, thread: int | None, actor: User, **service: object) -> Message:
        content = Content("service")
        return self._world.post(self.chat, actor, content, thread_id=thread, service=service)

    def _place_bot(self, by: Person | None, status: str, *, muted: bool = False) -> int | None:
        place = Member(self._world.bot, status, muted=muted)
        return self._world.change_member(self.chat, self._actor(by), place)

    def _change(
        self, person: Person, by: Person | None, *, status: str, anonymous: bool = False
    ) -> int | None:
        new = Member(person.user, status, anonymous=anonymous)
        return self._world.change_member(self.chat, self._actor(by), new)

    def _actor(self, by: Person | None) -> User:
        if by:
            return by.user
        creators = (m.user for m in self.chat.members.values() if m.status == "creator")
        return next(creators)
