package simulator_test

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

// No call, stream or callback outlives its company.
func TestMain(m *testing.M) { goleak.VerifyTestMain(tidy{m}) }

// tidy ends what the tests share before it is looked for what they have left.
type tidy struct{ *testing.M }

func (m tidy) Run() int {
	code := m.M.Run()
	closeBrowser()
	http.DefaultClient.CloseIdleConnections()
	return code
}
