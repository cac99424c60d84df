"""What a reviewer does to threats: decides, words, splits, states, and follows up mitigations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from threatwright.engine.decisions.mitigating import alike
from threatwright.exchange.names import spaced
from threatwright.model.document import ThreatModel
from threatwright.model.said import Decide, Said, Together
from threatwright.model.terms import Status
from threatwright.model.threats import Threat
from threatwright.tui.screens.decision import VERBS, DecisionForm
from threatwright.tui.screens.dialogs import Confirm
from threatwright.tui.screens.mitigation import MitigationForm
from threatwright.tui.screens.model_screen import UNDO, ModelScreen
from threatwright.tui.screens.pick import Item, Pick
from threatwright.tui.screens.threat_forms import EditThreat, SplitThreat, StateThreat
from threatwright.tui.wording import count

GONE = "That is no threat any more, so there is nothing to decide. o puts its decision away."


class ThreatReview(ModelScreen):
    """The keys by which threats are reviewed. What they say is checked, then said at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "decide('accepted')", "Accept"),
        Binding("r", "decide('rejected')", "Reject"),
        Binding("t", "decide('transferred')", "Transfer", show=False),
        Binding("d", "duplicate", "Duplicate", show=False),
        Binding("o", "reopen", "Reopen", show=False),
        Binding("e", "edit", "Edit"),
        Binding("p", "split", "Split", show=False),
        Binding("n", "state", "New", show=False),
        Binding("i", "mitigation", "Mitigation", show=False),
        Binding("space", "pick", "Mark", show=False),
        Binding("asterisk", "pick_all", "Mark all", show=False),
        *UNDO,
    ]

    def __init__(self) -> None:
        super().__init__()
        self._reason = ""
        """Of the decision before."""

    @property
    @abstractmethod
    def chosen(self) -> str:
        """The id of the threat or stale decision that the cursor is on; empty for none."""

    @property
    @abstractmethod
    def picked(self) -> set[str]:
        """Ids of the threats that are marked."""

    @abstractmethod
    def pick(self, ids: Sequence[str]) -> None:
        """Mark threats, or unmark them where all are marked."""

    @property
    @abstractmethod
    def shown_ids(self) -> tuple[str, ...]:
        """Ids of the threats that are shown."""

    @abstractmethod
    def go_on(self) -> None:
        """Move to the next threat."""

    # --- which ------------------------------------------------------------------------------

    def _meant(self) -> list[Threat]:
        """The threats that are marked, else the one that the cursor is on."""
        model = self.workbench.model
        ids = self.picked or {self.chosen}
        found = [threat for threat in model.threats if threat.id in ids] if model else []
        if not found:
            self._tell_nothing()
        return found

    def _one(self) -> Threat | None:
        """The threat that the cursor is on."""
        model = self.workbench.model
        threats = model.threats if model else ()
        found = next((threat for threat in threats if threat.id == self.chosen), None)
        if found is None:
            self._tell_nothing()
        return found

    def _tell_nothing(self) -> None:
        self.app.bell()
        if self.chosen:
            self.workbench.note(GONE, warning=True)

    def action_pick(self) -> None:
        """Mark the threat, or take its mark away, and go to the next."""
        if (threat := self._one()) is not None:
            self.pick((threat.id,))
            self.go_on()

    def action_pick_all(self) -> None:
        """Mark all threats that are shown and can be decided here, or none."""
        model = self.workbench.model
        own = {threat.id for threat in model.threats if not threat.inherited} if model else set()
        if ids := tuple(id_ for id_ in self.shown_ids if id_ in own):
            self.pick(ids)
        else:
            self.app.bell()

    # --- deciding ---------------------------------------------------------------------------

    def action_decide(self, status: str) -> None:
        """Accept, reject or transfer what is marked, or the threat that the cursor is on."""
        if threats := self._meant():
            hidden = len({threat.id for threat in threats} - set(self.shown_ids))
            hint = f"{count(hidden, 'marked threat')} of them the filter hides." if hidden else ""
            form = DecisionForm(
                threats, Status(status), self.workbench.check, before=self._reason, hint=hint
            )
            self.app.push_screen(form, self._decided)

    def action_duplicate(self) -> None:
        """Reject the threat, as another says the same."""
        threat, model = self._one(), self.workbench.model
        if threat is None or model is None:
            return
        others = [other for other in model.threats if other.id != threat.id]
        others.sort(key=lambda other: other.element != threat.element)
        items = [_item(other, model) for other in others]

        def decide(other: str | None) -> None:
            if other is not None:
                form = DecisionForm(
                    [threat], Status.REJECTED, self.workbench.check, duplicate_of=other
                )
                self.app.push_screen(form, self._decided)

        title = f"Which says the same as “{threat.title}”?"
        self.app.push_screen(Pick(title, items, at=threat.duplicate_of), decide)

    def action_reopen(self) -> None:
        """Put what was decided back to proposed, or a stale decision away."""
        model = self.workbench.model
        stale = {one.threat for one in model.stale} if model else set()
        if self.chosen in stale and not self.picked:
            self._say(Decide(threat=self.chosen, status=Status.PROPOSED))
            return
        decided = [one for one in self._meant() if one.status is not Status.PROPOSED]
        said = [Decide(threat=one.id, status=Status.PROPOSED) for one in decided]
        if len(said) > 1:
            self._ask_to_reopen(Together(said=tuple(said)))
        elif said:
            self._decided(said[0])
        else:
            self.app.bell()

    def _ask_to_reopen(self, said: Together) -> None:
        def reopen(agreed: bool | None) -> None:
            self._decided(said if agreed else None)

        question = f"Reopen {count(len(said.said), 'threat')}?\n\nNobody has decided then."
        self.app.push_screen(Confirm(question, "Reopen"), reopen)

    def _decided(self, said: Said | None) -> None:
        """Say a decision. Of several it is told how many; of one, the next comes up."""
        if said is None:
            return
        one = said.said[0] if isinstance(said, Together) else said
        if isinstance(one, Decide) and one.reason and not one.duplicate_of:
            self._reason = one.reason
        if isinstance(said, Together) and isinstance(one, Decide):
            what = count(len(said.said), "threat")
            self.workbench.note(f"{VERBS[one.status]}: {what}. u takes all of it back.")
        if self.picked:
            self.pick(tuple(self.picked))
        else:
            self.go_on()
        self.workbench.say(said)

    # --- changing ---------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Word or rate the threat otherwise."""
        if (threat := self._one()) is not None:
            self.app.push_screen(EditThreat(threat, self.workbench.check), self._say)

    def action_split(self) -> None:
        """Make several of the threat."""
        if (threat := self._one()) is not None:
            self.app.push_screen(SplitThreat(threat, self.workbench.check), self._say)

    def action_state(self) -> None:
        """State a threat that the draft does not have."""
        if (model := self.workbench.model) is None:
            return
        elements = [(id_, model.system.name_of(id_)) for id_ in model.system.elements]
        at = next((t.element for t in model.threats if t.id == self.chosen), "")
        self.app.push_screen(StateThreat(elements, at, self.workbench.check), self._say)

    def _say(self, said: Said | None) -> None:
        if said is not None:
            self.workbench.say(said)

    # --- mitigations ------------------------------------------------------------------------

    def action_mitigation(self) -> None:
        """Say how far a mitigation of the threat has come."""
        threat, model = self._one(), self.workbench.model
        if threat is None or model is None:
            return
        if not threat.mitigations:
            self.workbench.note("No mitigation is known against this threat.", warning=True)
            return
        items = [
            Item(one.id, one.title, f"{spaced(one.status)} · {one.effect} · {one.id}")
            for one in threat.mitigations
        ]
        title = f"Mitigations of “{threat.title}”"
        self.app.push_screen(Pick(title, items), self._follow_up(threat, model))

    def _follow_up(self, threat: Threat, model: ThreatModel) -> Callable[[str | None], None]:
        def follow(id_: str | None) -> None:
            found = next((one for one in threat.mitigations if one.id == id_), None)
            if found is not None:
                same = alike(threat, found.id, model.threats)
                form = MitigationForm(found, same, self.workbench.check)
                self.app.push_screen(form, self._say)

        return follow


def _item(threat: Threat, model: ThreatModel) -> Item:
    return Item(threat.id, threat.title, f"{model.system.name_of(threat.element)} · {threat.id}")
