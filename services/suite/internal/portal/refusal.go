package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Refusal is an answer of the suite that is no success.
type Refusal struct {
	Status  int
	Problem map[string]any
}

// Error names the code and the fields, which hold no personal data.
func (r *Refusal) Error() string {
	text := fmt.Sprintf("refused with %d %v: %v", r.Status, r.Problem["code"], r.Problem["detail"])
	fields, _ := r.Problem["errors"].([]any)
	for i, f := range fields {
		field, _ := f.(map[string]any)
		text += fmt.Sprintf("%s%v %v", [...]string{" (", "; "}[min(i, 1)], field["pointer"], field["detail"])
	}
	if len(fields) > 0 {
		text += ")"
	}
	return text
}

// Code is the problem's stable code.
func (r *Refusal) Code() string {
	code, _ := r.Problem["code"].(string)
	return code
}

// Final says that sending the same again will not help: the suite works, and does not want it.
func (r *Refusal) Final() bool {
	return r.Status < http.StatusInternalServerError && r.Status != http.StatusTooManyRequests
}

// IsFinal says whether the error is a refusal that is final.
func IsFinal(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Final()
}

// again is a failure that a repetition may heal, after a pause when the suite asks for one.
type again struct {
	error
	pause time.Duration
}

// Unwrap gives the failure.
func (a again) Unwrap() error { return a.error }

func refusal(answer *http.Response) error {
	r := &Refusal{Status: answer.StatusCode, Problem: map[string]any{}}
	_ = json.NewDecoder(answer.Body).Decode(&r.Problem) // an answer without a problem keeps its status
	switch answer.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
		return again{r, time.Duration(seconds) * time.Second}
	}
	return r
}
