package simulator

import "net/http"

// Handler serves everything the company answers: the REST API with media and recordings, the
// phones' own API, and the page of phones.
func (c *Company) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", phonesPage())
	mux.Handle("/phones/", c.phonesAPI())
	mux.Handle("/2010-04-01/", c.restAPI())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.reachedAt(r)
		mux.ServeHTTP(w, r)
	})
}
