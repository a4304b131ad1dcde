package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// requests makes the requests of a load. A flow's next request is made when the response to its previous one has arrived,
// and it is sent before new flows begin. So a load has as many states as it captures. Safe for concurrent use.
type requests struct {
	load   Load
	header http.Header
	mutex  sync.Mutex
	made   int
	flows  int
	// The next requests of the flows, oldest first.
	ready []vegeta.Target
}

func newRequests(load Load) *requests {
	header := http.Header{}
	for name, value := range load.Headers {
		header.Set(name, value)
	}
	return &requests{load: load, header: header}
}

func (r *requests) next(target *vegeta.Target) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	switch {
	case len(r.load.Paths) > 0:
		*target = vegeta.Target{Method: "GET", URL: r.load.Paths[r.made%len(r.load.Paths)]}
	case len(r.ready) > 0:
		*target, r.ready = r.ready[0], r.ready[1:]
	default:
		r.flows++
		*target = post("/v1/request-connection", map[string]any{
			"workspace_id": fmt.Sprintf("%s-%d", r.load.Workspace, r.flows),
			"provider_id":  "api-key",
			"return_url":   r.load.ReturnURL,
		})
	}
	target.URL = r.load.URLs[r.made%len(r.load.URLs)] + target.URL
	target.Header = r.header
	r.made++
	return nil
}

// answered reads a successful response, and returns whether it ends a flow.
func (r *requests) answered(result *vegeta.Result) bool {
	switch {
	case len(r.load.Paths) > 0:
		return false
	case strings.HasSuffix(result.URL, "/v1/request-connection"):
		r.add(vegeta.Target{Method: "GET", URL: "/v1/capture-schema?state=" + state(result.Body)})
	case strings.Contains(result.URL, "/v1/capture-schema?"):
		_, state, _ := strings.Cut(result.URL, "?state=")
		r.add(post("/v1/capture-credential", map[string]any{
			"state": state, "credentials": map[string]string{"api_key": "pat_abc123xyz"}}))
	default:
		return true
	}
	return false
}

func (r *requests) add(target vegeta.Target) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.ready = append(r.ready, target)
}

// state returns the state token in the response of request-connection.
func state(body []byte) string {
	var connection struct {
		AuthURL string `json:"auth_url"`
	}
	if err := json.Unmarshal(body, &connection); err != nil {
		panic("the response of request-connection is not JSON")
	}
	page, err := url.Parse(connection.AuthURL)
	if err != nil {
		panic("auth_url is not a URL")
	}
	return page.Query().Get("state")
}

func post(path string, body map[string]any) vegeta.Target {
	content, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return vegeta.Target{Method: "POST", URL: path, Body: content}
}
