package rest

import (
	"strings"

	"github.com/gin-gonic/gin"

	"w2w/pkg/auth"
	"w2w/pkg/fault"
	"w2w/pkg/httpx"
	"w2w/services/gateway/internal/domain"
)

// forward takes a call to its service: known caller, within its limits, with an internal token in place of
// everything the caller said about itself.
func (s *server) forward(c *gin.Context, p *proxy) {
	var err error
	if plain(c) && c.Request.URL.Path == p.status {
		err = s.open(c)
	} else if err = s.admit(c, p); err != nil {
		s.refused(c, p.route.Name, err)
	}
	if err != nil {
		httpx.Problem(c, err)
		return
	}
	p.serve(c)
}

// open lets anybody in.
func (s *server) open(c *gin.Context) error {
	if err := s.takeAddress(c); err != nil {
		return err
	}
	strip(c.Request.Header)
	return s.limitBody(c)
}

func (s *server) admit(c *gin.Context, p *proxy) error {
	if !plain(c) {
		return s.stranger(c, fault.New(fault.RequestInvalid, "Il percorso non è in forma normale.", "The path is not in normal form."))
	}
	caller, err := s.enter(c)
	if err != nil {
		return err
	}
	token, txn, err := s.Exchange.Token(caller, p.route.Name)
	if err != nil {
		return err
	}
	if err := s.allowed(c, p.route.Name, caller, txn); err != nil {
		return err
	}
	strip(c.Request.Header)
	c.Request.Header.Set(auth.HeaderInternal, token)
	return nil
}

// enter lets a known client in, within its limits.
func (s *server) enter(c *gin.Context) (domain.Caller, error) {
	v, err := s.visitor(c)
	if err != nil {
		err = s.stranger(c, err)
		challenge(c, err)
		return domain.Caller{}, err
	}
	client := v.Client
	c.Request = c.Request.WithContext(auth.With(c.Request.Context(), auth.Identity{Client: client.ID, Administration: client.Administration}))
	if err := s.takeClient(c, client); err != nil {
		return domain.Caller{}, err
	}
	if err := s.spend(c, v.proof); err != nil {
		challenge(c, err)
		return domain.Caller{}, err
	}
	who, err := actor(c, client)
	if err != nil {
		return domain.Caller{}, err
	}
	return client.Caller(v.claims, who), s.limitBody(c)
}

// stranger refuses a call of nobody in particular, which counts for the address that it came from.
func (s *server) stranger(c *gin.Context, err error) error {
	if over := s.takeAddress(c); over != nil {
		return over
	}
	return err
}

// plain refuses paths that gateway and service could read differently: dot segments, empty segments, and
// slashes, backslashes or NUL in disguise.
func plain(c *gin.Context) bool {
	u := c.Request.URL
	if strings.Contains(u.Path, "//") || strings.ContainsAny(u.Path, "\\\x00") {
		return false
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	raw := strings.ToLower(u.RawPath)
	return !strings.Contains(raw, "%2f")
}
