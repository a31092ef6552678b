package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"w2w/services/suite/internal/portal"
)

const (
	clientsPath = "/gateway/v1/clients"
	changesPath = "/gateway/v1/client-changes"
)

// registrar is one who works at the registry of clients, through its API.
type registrar struct {
	call
	book   *portal.Book
	as     string // the client to act as; one that may, when it is empty
	reason string
}

// withRegistry reads the flags of `w2w client` and its arguments.
func withRegistry(wanted int, do func(ctx context.Context, r registrar, argument string) error) func(context.Context, call) error {
	return func(ctx context.Context, c call) error {
		flags := newFlags()
		as, reason := flags.String("as", "", "the client to act as"), flags.String("reason", "", "why")
		place := suiteFlags(flags)
		arguments, err := c.parse(flags, wanted)
		if err != nil {
			return err
		}
		book, err := place.book()
		if err != nil {
			return err
		}
		return do(ctx, registrar{c, book, *as, *reason}, append(arguments, "")[0])
	}
}

// send makes the call as a client with the scope, but not as the excepted one, and reads the answer.
func (r registrar) send(ctx context.Context, scope, except string, call portal.Call) error {
	as := r.as
	if as == "" {
		var err error
		if as, err = r.book.Holder(scope, except); err != nil {
			return err
		}
	}
	client, err := r.book.Named(as)
	if err != nil {
		return err
	}
	if call.Method == http.MethodPost {
		call.Key = rand.Text()
	}
	return client.Do(ctx, call)
}

func (r registrar) print(answer any) error {
	encoder := json.NewEncoder(r.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(answer)
}

func listClients(ctx context.Context, r registrar, _ string) error {
	for next := ""; ; {
		var page struct {
			Items []struct {
				ID             string `json:"client_id"`
				Kind           string `json:"kind"`
				Administration string `json:"administration"`
				State          string `json:"state"`
				Version        int    `json:"version"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		at := clientsPath + "?limit=200&cursor=" + url.QueryEscape(next)
		if err := r.send(ctx, "clients:read", "", portal.Call{Method: http.MethodGet, Path: at, Into: &page}); err != nil {
			return err
		}
		for _, c := range page.Items {
			fmt.Fprintf(r.out, "%-24s %-9s %-4s %-9s %d\n", c.ID, c.Kind, c.Administration, c.State, c.Version)
		}
		if next = page.Next; next == "" {
			return nil
		}
	}
}

func showClient(ctx context.Context, r registrar, id string) error {
	var client json.RawMessage
	err := r.send(ctx, "clients:read", "", portal.Call{Method: http.MethodGet, Path: clientsPath + "/" + url.PathEscape(id), Into: &client})
	if err != nil {
		return err
	}
	return r.print(client)
}

// proposeChange sends a file with the body of POST /gateway/v1/client-changes.
func proposeChange(ctx context.Context, r registrar, file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if !json.Valid(body) {
		return fmt.Errorf("%w: %s is not JSON", errUsage, file)
	}
	return r.propose(ctx, json.RawMessage(body))
}

func (r registrar) propose(ctx context.Context, body any) error {
	return r.post(ctx, "clients:propose", "", changesPath, body)
}

func (r registrar) post(ctx context.Context, scope, except, path string, body any) error {
	var change json.RawMessage
	if err := r.send(ctx, scope, except, portal.Call{Method: http.MethodPost, Path: path, Body: body, Into: &change}); err != nil {
		return err
	}
	return r.print(change)
}

// approveChange acts as another than the proposer, unless it is told whom to act as.
func approveChange(ctx context.Context, r registrar, id string) error {
	var change struct {
		By struct {
			Client string `json:"client_id"`
		} `json:"proposed_by"`
	}
	at := changesPath + "/" + url.PathEscape(id)
	if err := r.send(ctx, "clients:read", "", portal.Call{Method: http.MethodGet, Path: at, Into: &change}); err != nil {
		return err
	}
	return r.post(ctx, "clients:approve", change.By.Client, at+"/approval", nil)
}

func rejectChange(ctx context.Context, r registrar, id string) error {
	return r.post(ctx, "clients:approve", "", changesPath+"/"+url.PathEscape(id)+"/rejection", map[string]string{"reason": r.reason})
}

// suspendClient proposes the suspension of a client as it is now.
func suspendClient(ctx context.Context, r registrar, id string) error {
	var present struct {
		Version int `json:"version"`
	}
	err := r.send(ctx, "clients:read", "", portal.Call{Method: http.MethodGet, Path: clientsPath + "/" + url.PathEscape(id), Into: &present})
	if err != nil {
		return err
	}
	return r.propose(ctx, map[string]any{"client_id": id, "action": "SUSPEND", "base_version": present.Version, "reason": r.reason})
}
