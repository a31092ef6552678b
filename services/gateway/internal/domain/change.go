package domain

import (
	"time"

	"github.com/google/uuid"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
)

// Action is what is to happen to a client.
type Action string

// Put registers a client or replaces what the registry says of it.
const (
	Put        Action = "PUT"
	Suspend    Action = "SUSPEND"
	Reactivate Action = "REACTIVATE"
	Remove     Action = "REMOVE"
)

// ChangeState is how far a change has come.
type ChangeState string

// A change is decided once.
const (
	Proposed ChangeState = "PROPOSED"
	Approved ChangeState = "APPROVED"
	Rejected ChangeState = "REJECTED"
)

// Author is a person as far as the house can tell people apart: a client, and the end user whom it names.
type Author struct{ Client, Actor string }

func authorOf(by auth.Identity) Author { return Author{by.Client, by.Actor} }

// couldBe says whether both may be one person. A client that names no end user may be anybody behind it.
func (a Author) couldBe(b Author) bool {
	return a.Client == b.Client && (a.Actor == b.Actor || a.Actor == a.Client || b.Actor == b.Client)
}

// Change is what one person proposes to do with a client, and what another one decides.
type Change struct {
	ID             uuid.UUID
	ClientID       string
	Administration string
	Action         Action
	BaseVersion    int     // of the client on which it was made; 0 where there was none
	Proposal       *Client // of Put
	Reason         string
	State          ChangeState
	Proposer       Author
	ProposedAt     time.Time
	Decider        *Author
	DecidedAt      *time.Time
	Note           string
}

// Propose checks a change against the client as it is, nil when it is not registered.
func (r Rules) Propose(by auth.Identity, c Change, present *Client) (Change, error) {
	if (c.Proposal != nil) != (c.Action == Put) {
		return c, fault.New(fault.RuleViolated, "I dati del client vanno con PUT, e solo con PUT.", "A client's data go with PUT, and only with PUT.").
			At("/client", "action", "da indicare solo con PUT", "to be given with PUT only")
	}
	if c.Action == Put {
		if err := r.check(by, *c.Proposal); err != nil {
			return c, err
		}
		c.Administration = c.Proposal.Administration
	}
	if _, err := c.apply(present); err != nil {
		return c, err
	}
	if c.Action != Put {
		c.Administration = present.Administration
	}
	c.State, c.Proposer = Proposed, authorOf(by)
	return c, nil
}

// Approve returns the client as it is from now on.
func (c *Change) Approve(by auth.Identity, present *Client, now time.Time) (Client, error) {
	if err := c.decide(by, now, Approved); err != nil {
		return Client{}, err
	}
	if c.Proposer.couldBe(*c.Decider) {
		return Client{}, fault.New(fault.SameActor, "Chi propone non può approvare.", "Who proposed a change can't approve it.")
	}
	return c.apply(present)
}

// Reject ends the change. The proposer may withdraw it; to reject another's takes the right to approve.
func (c *Change) Reject(by auth.Identity, note string, now time.Time) error {
	if !by.Has(ScopeApprove) && c.Proposer != authorOf(by) {
		return fault.New(fault.ScopeMissing, "Senza lo scope per approvare si ritira solo la propria proposta.",
			"Without the scope to approve one withdraws one's own proposal only.").With("required_scopes", []string{ScopeApprove})
	}
	c.Note = note
	return c.decide(by, now, Rejected)
}

func (c *Change) decide(by auth.Identity, now time.Time, to ChangeState) error {
	if c.State != Proposed {
		return fault.New(fault.StateConflict, "La proposta è già decisa.", "The change was decided already.").With("state", c.State)
	}
	author := authorOf(by)
	c.State, c.Decider, c.DecidedAt = to, &author, &now
	return nil
}

// from lists the states in which a client can be acted upon.
var from = map[Action]map[ClientState]ClientState{
	Put:        {Active: Active, Suspended: Suspended, Removed: Active},
	Suspend:    {Active: Suspended},
	Reactivate: {Suspended: Active},
	Remove:     {Active: Removed, Suspended: Removed},
}

// apply returns the client after the change; it is refused when the client has moved on since.
func (c *Change) apply(present *Client) (Client, error) {
	version := 0
	if present != nil {
		version = present.Version
	}
	switch {
	case present == nil && c.Action != Put:
		return Client{}, fault.New(fault.NotFound, "Il client non è registrato.", "The client is not registered.")
	case version != c.BaseVersion:
		return Client{}, fault.New(fault.StateConflict, "Il client è cambiato: rileggerlo.", "The client has changed: read it again.").
			At("/base_version", "stale", "non è la versione attuale", "not the present version").With("version", version)
	case present == nil:
		return c.put(Active), nil
	}
	to, possible := from[c.Action][present.State]
	if !possible {
		return Client{}, fault.New(fault.StateConflict, "Lo stato del client non lo consente.", "The client's state does not allow this.").
			With("state", present.State)
	}
	if c.Action == Put {
		return c.put(to), nil
	}
	after := *present
	after.State, after.Version = to, version+1
	return after, nil
}

func (c *Change) put(state ClientState) Client {
	after := *c.Proposal
	after.ID, after.State, after.Version = c.ClientID, state, c.BaseVersion+1
	return after
}
