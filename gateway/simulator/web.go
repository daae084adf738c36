package simulator

import (
	"embed"
	"io/fs"
	"net/http"
)

// The page of keypad phones: plain files, without a build. web/phones.js is where it begins.
//
//go:embed web
var webFiles embed.FS

// Person is somebody whose phone the page offers.
type Person struct {
	Number string `json:"number"`           // E.164
	Name   string `json:"name,omitempty"`   // "" is somebody whom the line does not know
	Lang   string `json:"lang,omitempty"`   // that they speak, as BCP 47: "es"
	AtHand bool   `json:"atHand,omitempty"` // their phone lies there when the page is opened first
}

// pagePolicy lets the page load its own files and pictures, talk to this server, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// phonesPage serves the page and its files. It asks nothing of anybody but the phones' API.
func phonesPage() http.Handler {
	files, err := fs.Sub(webFiles, "web")
	if err != nil {
		panic(err) // the folder is named above
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "a page is only read", http.StatusMethodNotAllowed)
			return
		}
		serve.ServeHTTP(w, r)
	})
}

func (c *Company) getPeople(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"people": append([]Person{}, c.people...)})
}
