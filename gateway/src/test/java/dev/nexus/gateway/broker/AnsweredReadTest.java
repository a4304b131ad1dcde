package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.broker.BrokerClient.OpenedRequest;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A read whose connection opens only after its caller has got the answer, for example after the time-out. */
class AnsweredReadTest {

    private final List<String> calls = new ArrayList<>();
    private final HttpClientRequest request = (HttpClientRequest) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {HttpClientRequest.class}, (proxy, method, arguments) -> {
                calls.add(method.getName());
                return method.getReturnType() == boolean.class ? false : null;
            });
    private final OpenedRequest opened = new OpenedRequest(request, () -> {});
    private final Promise<String> answer = Promise.promise();

    @Test
    void read_is_sent_while_its_caller_waits() {
        assertThat(BrokerReads.unlessEnded(opened, answer).result()).isSameAs(opened);
        assertThat(calls).isEmpty();
    }

    @Test
    void read_is_reset_and_not_sent_after_its_caller_has_got_the_answer() {
        answer.fail("timed out");

        assertThat(BrokerReads.unlessEnded(opened, answer).failed()).isTrue();
        assertThat(calls).containsExactly("reset");
    }
}
