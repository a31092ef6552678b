// Package docs holds the documents that the suite serves as well as keeps.
package docs

import _ "embed"

// Problems explains every code of a problem in Italian and English; its headings are the codes.
//
//go:embed problems.md
var Problems string
