package dev.nexus.broker.verification;

import dev.nexus.broker.outbound.GuardedRequest;
import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import dev.nexus.broker.outbound.GuardedRequests;
import dev.nexus.broker.provider.definition.BaseUrl;
import dev.nexus.broker.provider.definition.Probe;
import dev.nexus.broker.provider.definition.RequestPlan;
import dev.nexus.broker.provider.definition.UnfitCredentialException;
import dev.nexus.broker.verification.VerificationOutcome.Accepted;
import dev.nexus.broker.verification.VerificationOutcome.NotSupported;
import dev.nexus.broker.verification.VerificationOutcome.Reason;
import dev.nexus.broker.verification.VerificationOutcome.Rejected;
import dev.nexus.broker.verification.VerificationOutcome.Unknown;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.TenantSlots;
import dev.nexus.strategy.Credential;
import dev.nexus.strategy.InapplicableCredentialException;
import dev.nexus.strategy.OutgoingRequest;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyApplier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Verifies a credential at its provider with the definition's probe. A failed call is an outcome, not an error. */
@ApplicationScoped
public class VerifyCredential {

    private static final Logger LOG = Logger.getLogger(VerifyCredential.class);

    private final VerificationConfig config;
    private final GuardedRequest request;
    private final MeterRegistry metrics;
    private final Timer calls;
    private final TenantSlots slots;

    VerifyCredential(VerificationConfig config, GuardedRequests requests, MeterRegistry metrics) {
        this.config = config;
        this.request = requests.with(new GuardedRequest.Settings(
                "nexus.verification",
                // Twice the number of calls, because connections that are closing still count.
                2 * config.maxCalls(),
                config.timeout(),
                config.allowedAddresses().orElse(List.of()),
                config.tlsConfigurationName()));
        this.slots = new TenantSlots(config.maxCalls());
        this.metrics = metrics;
        // Registered at startup, so that the first outcome is an increase of an existing series.
        counter(new Accepted());
        counter(new Rejected());
        Stream.of(Reason.values())
                .filter(reason -> reason != Reason.DISABLED)
                .forEach(reason -> counter(new Unknown(reason)));
        this.calls = Timer.builder("nexus.verification.calls")
                .description("Duration of verification calls to providers")
                .register(metrics);
    }

    /**
     * Returns the outcome.
     *
     * @throws ApiException invalid_credentials if the credential cannot be put into a request
     * @throws IllegalStateException if the stored base URL is invalid
     */
    public Uni<VerificationOutcome> run(String tenant, RequestPlan plan, Credential credential) {
        if (plan.probe().isEmpty() || plan.storedBaseUrl().isEmpty()) {
            return Uni.createFrom().item(new NotSupported());
        }
        if (!config.enabled()) {
            return Uni.createFrom().item(new Unknown(Reason.DISABLED));
        }
        Probe probe = plan.probe().get();
        Strategy strategy = plan.strategy();
        Instant now = Instant.now();
        OutgoingRequest prepared = prepareRequest(probe, plan.baseUrl().orElseThrow(), strategy, credential, now);
        Optional<Instant> signedAt = strategy.sendsTime() ? Optional.of(now) : Optional.empty();
        if (!mayCall(prepared.uri().getHost())) {
            return Uni.createFrom().item(new Unknown(Reason.DISABLED));
        }
        return call(tenant, probe, prepared, signedAt).invoke(this::count);
    }

    private boolean mayCall(String host) {
        return config.hosts().map(hosts -> hosts.contains(host)).orElse(true);
    }

    private static OutgoingRequest prepareRequest(
            Probe probe, BaseUrl baseUrl, Strategy strategy, Credential credential, Instant now) {
        try {
            OutgoingRequest plain = OutgoingRequest.of(probe.method(), probe.address(baseUrl, credential))
                    .withHeader("User-Agent", "Nexus");
            for (Map.Entry<String, String> header : probe.headers().entrySet()) {
                plain = plain.withHeader(header.getKey(), header.getValue());
            }
            return StrategyApplier.apply(
                    strategy, credential, plain.withBody(probe.body().getBytes(StandardCharsets.UTF_8)), now);
        } catch (InapplicableCredentialException e) {
            throw UnfitCredentialException.of(e).answer();
        } catch (UnfitCredentialException e) {
            throw e.answer();
        }
    }

    private Uni<VerificationOutcome> call(
            String tenant, Probe probe, OutgoingRequest prepared, Optional<Instant> signedAt) {
        return Uni.createFrom().deferred(() -> {
            Optional<Runnable> release = slots.take(tenant);
            if (release.isEmpty()) {
                return Uni.createFrom().item(new Unknown(Reason.BUSY));
            }
            Timer.Sample sample = Timer.start(metrics);
            return request.send(prepared, probe::readsBody)
                    .ifNoItem()
                    .after(config.timeout())
                    .fail()
                    .map(answer -> AnswerJudge.judge(probe, answer, signedAt, Instant.now()))
                    .onFailure()
                    .recoverWithItem(VerifyCredential::outcome)
                    .onTermination()
                    .invoke(() -> {
                        release.get().run();
                        sample.stop(calls);
                    });
        });
    }

    /** Does not log the exception's message: it may contain the called URL, and with it a part of the credential. */
    private static VerificationOutcome outcome(Throwable failure) {
        if (failure instanceof AddressRefusedException) {
            LOG.warn("A provider was not called: its host has an address that must not be called");
            return new Unknown(Reason.ADDRESS_REFUSED);
        }
        if (failure instanceof TimeoutException) {
            return new Unknown(Reason.TIMEOUT);
        }
        LOG.infof(
                "A verification call to a provider failed: cause=%s",
                failure.getClass().getName());
        return new Unknown(Reason.UNREACHABLE);
    }

    private void count(VerificationOutcome outcome) {
        counter(outcome).increment();
    }

    private Counter counter(VerificationOutcome outcome) {
        String reason = outcome instanceof Unknown unknown ? unknown.reason().wire() : "none";
        String name = outcome.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return Counter.builder("nexus.verification.outcomes")
                .description("Verifications of credentials, by outcome and reason")
                .tags("outcome", name, "reason", reason)
                .register(metrics);
    }
}
