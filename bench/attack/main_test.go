package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLatencyIncludesTheTimeInWhichARequestWaitsForAConnection(t *testing.T) {
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		once.Do(func() { time.Sleep(500 * time.Millisecond) })
	}))
	defer server.Close()

	report := Run(Load{URLs: []string{server.URL}, Paths: []string{"/"}, Expect: 200, Rate: 100, Connections: 1, Seconds: 1})

	// One request of 100 is slow, but half of them were due while it held the connection.
	if report.P50 < 1 || report.P99 < 400 {
		t.Errorf("p50 is %.1f ms and p99 is %.1f ms", report.P50, report.P99)
	}
}

func TestLoadRunsForItsWholeDurationAndCountsTheRequestsThatWereNotSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		time.Sleep(100 * time.Millisecond)
	}))
	defer server.Close()

	report := Run(Load{URLs: []string{server.URL}, Paths: []string{"/"}, Expect: 200, Rate: 100, Connections: 1, Seconds: 1})

	if report.Due != 100 || report.Requests > 12 || report.Seconds < 0.9 {
		t.Errorf("%d of %d requests in %.2f seconds", report.Requests, report.Due, report.Seconds)
	}
}

func TestUnexpectedStatusIsAFailure(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()

	report := Run(Load{URLs: []string{server.URL}, Paths: []string{"/"}, Expect: 200, Rate: 50, Connections: 8, Seconds: 0.2})

	if report.Failed["status 404"] != report.Requests || report.Requests == 0 {
		t.Errorf("%d requests, failed: %v", report.Requests, report.Failed)
	}
}

func TestFlowCapturesEachStateOnceAndMakesAsManyAsItNeeds(t *testing.T) {
	var mutex sync.Mutex
	states := map[string]string{}
	workspaces := map[string]bool{}
	// Returns 409 if a request of a flow is repeated, or if it comes before the previous one.
	advance := func(state, from, to string) int {
		if states[state] != from {
			return 409
		}
		states[state] = to
		return 200
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			State     string `json:"state"`
			Workspace string `json:"workspace_id"`
		}
		json.NewDecoder(r.Body).Decode(&body)
		mutex.Lock()
		defer mutex.Unlock()
		switch {
		case strings.HasSuffix(r.URL.Path, "request-connection"):
			state := fmt.Sprintf("state-%d", len(states))
			states[state] = "requested"
			workspaces[body.Workspace] = true
			fmt.Fprintf(w, `{"auth_url":"http://gateway/connect?state=%s"}`, state)
		case strings.HasSuffix(r.URL.Path, "capture-schema"):
			w.WriteHeader(advance(r.URL.Query().Get("state"), "requested", "shown"))
		default:
			w.WriteHeader(advance(body.State, "shown", "captured"))
		}
	}))
	defer server.Close()

	report := Run(Load{URLs: []string{server.URL}, Workspace: "w", Expect: 200, Connections: 8, Seconds: 0.5})

	if len(report.Failed) > 0 || report.Captured < 10 || report.Captured*3+3*8 < report.Requests || report.Seconds < 0.4 {
		t.Errorf("%+v", report)
	}
	if len(workspaces) != len(states) {
		t.Errorf("%d workspaces for %d states", len(workspaces), len(states))
	}
}
