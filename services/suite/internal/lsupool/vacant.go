package lsupool

import (
	"context"
	"errors"

	"w2w/pkg/auth"
)

// ErrOther means that the suite has another pool than the one in the files: there is one pool of workers, and nobody
// enters it once a month has begun.
var ErrOther = errors.New("the suite has another pool already: import into an empty one, such as `w2w run --no-demo --data-dir ELSEWHERE` starts")

// vacant refuses, before anything is sent, a suite with workers who are not in the files.
func (r *Run) vacant(ctx context.Context) error {
	var intakes struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := r.Get(ctx, auth.AllAdministrations, scopeUpload, "/intakes?kind=POOL&limit=200", &intakes); err != nil {
		return err
	}
	own := map[string]bool{"": true} // a row that could not be read
	for _, w := range r.in.pool.Rows {
		own[w.Text("worker_ref")] = true
	}
	for _, i := range intakes.Items {
		var list struct {
			Items []struct {
				Reference string `json:"reference"`
			} `json:"items"`
		}
		if err := r.Get(ctx, auth.AllAdministrations, scopeUpload, "/intakes/"+i.ID+"/rows", &list); err != nil {
			return err
		}
		for _, row := range list.Items {
			if !own[row.Reference] {
				return ErrOther
			}
		}
	}
	return nil
}
