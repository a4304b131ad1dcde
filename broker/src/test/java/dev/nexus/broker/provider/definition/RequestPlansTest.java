package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestPlansTest {

    private static final UUID PROVIDER = UUID.randomUUID();

    private final RequestPlans plans = new RequestPlans();

    /** Creates new objects with the same content at each call, as each request does. */
    private static StoredVersion stored(int number, String path) {
        return new StoredVersion(
                PROVIDER,
                number,
                "{\"type\":\"header\"}",
                "[\"{site}.example.org\",\"b.example\"]",
                "https://{site}.example.org/v1/",
                "{\"path\":\"" + path + "\",\"when_unknown\":\"refuse\"}");
    }

    @Test
    void a_version_is_compiled_once() {
        RequestPlan first = plans.get(stored(1, "/me"));

        RequestPlan again = plans.get(stored(1, "/me"));

        assertThat(again).isSameAs(first);
        assertThat(first.strategy().type()).isEqualTo("header");
        assertThat(first.hosts().templates()).containsExactly("{site}.example.org", "b.example");
        assertThat(first.baseUrl()).contains(new BaseUrl("{site}.example.org", "/v1"));
        assertThat(first.probe().map(Probe::path)).contains("/me");
        assertThat(first.refusesWhenUnknown()).isTrue();
    }

    @Test
    void another_version_is_compiled_separately() {
        RequestPlan first = plans.get(stored(1, "/me"));

        RequestPlan second = plans.get(stored(2, "/you"));

        assertThat(second.probe().map(Probe::path)).contains("/you");
        assertThat(plans.get(stored(1, "/me"))).isSameAs(first);
    }

    @Test
    void a_version_without_hosts_and_verification_has_no_probe() {
        RequestPlan plan = plans.get(new StoredVersion(PROVIDER, 1, "{\"type\":\"basic_auth\"}", null, null, null));

        assertThat(plan.hosts().templates()).isEmpty();
        assertThat(plan.baseUrl()).isEmpty();
        assertThat(plan.probe()).isEmpty();
        assertThat(plan.refusesWhenUnknown()).isFalse();
    }

    /** A token read and the hosted page do not need the base URL, so they must not fail. */
    @Test
    void an_invalid_stored_base_url_fails_only_when_it_is_used_and_is_not_quoted() {
        RequestPlan plan = plans.get(new StoredVersion(
                PROVIDER,
                1,
                "{\"type\":\"header\"}",
                "[\"b.example\"]",
                "http://old.example/v1",
                "{\"path\":\"/me\"}"));

        assertThat(plan.hosts().templates()).containsExactly("b.example");
        assertThatThrownBy(plan::baseUrl)
                .isInstanceOf(IllegalStateException.class)
                .hasNoCause()
                .hasMessageContaining("base_url")
                .hasMessageNotContaining("old.example");
    }
}
