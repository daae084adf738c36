package simulator_test

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

// No call, stream or callback outlives its company.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		http.DefaultClient.CloseIdleConnections()
	}))
}
