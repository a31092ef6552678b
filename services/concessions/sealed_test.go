package concessions_test

import (
	"fmt"
	"net/http"
	"testing"

	"w2w/pkg/testkit/apitest"
)

// TestCrypto_Field is row 17 of the catalogue, for the persons of a list.
func TestCrypto_Field(t *testing.T) {
	t.Parallel()
	heard, ear := service.OpenHeard(t)
	h := housed(t, heard)
	c := h.as("03", "office")
	two := func(first, second int) []object { return []object{worker(taxCode(first)), worker(taxCode(second))} }
	id := idOf(c.post("/applications", istanza("A1", func(o object) { o["workers"] = two(1, 2) })))
	other := idOf(c.post("/applications", istanza("A2", func(o object) { o["workers"] = two(3, 4) })))
	foreign := idOf(h.as("07", "office").post("/applications", istanzaOf("B1", taxCode(5), inLiguria)))
	of := func(application string, row int) string {
		return fmt.Sprintf("application_id = '%s' and row = %d", application, row)
	}
	listed := func(media string) func() apitest.Answer {
		return func() apitest.Answer {
			return c.Send(http.MethodGet, "/applications/"+id+"/workers", nil, "Accept", media)
		}
	}
	ear.RequireFailsClosed(t, apitest.Sealed{Table: "application_workers", Column: "person", Row: of(id, 1), Told: "open person",
		Others: map[string]string{"another row": of(id, 2), "another application": of(other, 1), "another administration": of(foreign, 1)},
		Show:   []func() apitest.Answer{listed("application/json"), listed("text/csv")}})
}
