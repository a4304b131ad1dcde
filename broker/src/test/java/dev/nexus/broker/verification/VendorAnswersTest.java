package dev.nexus.broker.verification;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.verification.VerificationProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The probes of the catalogue, sent to a server of the test that gives the answers of the vendors. A valid credential is
 * never rejected.
 */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(VerificationProvider.Profile.class)
class VendorAnswersTest extends VerificationTestSupport {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String UNDECIDED = "unverified unexpected_answer";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // A restricted key without User: Read, and the block of a free account.
                "elevenlabs|401|{'detail':{'status':'missing_permissions','message':'user_read'}}|verified",
                "elevenlabs|401|{'detail':{'status':'detected_unusual_activity'}}|" + UNDECIDED,
                "elevenlabs|401|{'detail':{'status':'invalid_api_key'}}|rejected",
                // A restricted key without Read for List models, and an address outside the allow-list.
                "openai|401|{'error':{'message':'Missing scopes: api.model.read','code':null}}|" + UNDECIDED,
                "openai|401|{'error':{'code':'ip_not_authorized'}}|" + UNDECIDED,
                "openai|401|{'error':{'code':'invalid_api_key'}}|rejected",
                // A country without Gemini, and an address outside the list of the key.
                "gemini|400|{'error':{'code':400,'status':'FAILED_PRECONDITION'}}|" + UNDECIDED,
                "gemini|403|{'error':{'details':[{'reason':'API_KEY_IP_ADDRESS_BLOCKED'}]}}|" + UNDECIDED,
                "gemini|400|{'error':{'details':[{'reason':'API_KEY_INVALID'}]}}|rejected",
                // An address that is not authorized.
                "brevo|401|{'message':'We have detected you are using an unrecognised IP address','code':'unauthorized'}|"
                        + UNDECIDED,
                "brevo|200|{}|verified",
                // An address outside the list of the key, and a wrong clock.
                "coinbase-exchange|401|{'message':'IP does not match IP whitelist'}|" + UNDECIDED,
                "coinbase-exchange|401|{'message':'request timestamp expired'}|" + UNDECIDED,
                "coinbase-exchange|401|{'message':'Invalid API Key'}|rejected",
                "coinbase-exchange|401|{'message':'Invalid Passphrase'}|rejected",
                // The token of an account.
                "cloudflare|401|{'success':false,'errors':[{'code':1000,'message':'Invalid API Token'}]}|" + UNDECIDED,
                "cloudflare|403|{'success':false}|" + UNDECIDED,
                "cloudflare|400|{'success':false,'errors':[{'code':6003}]}|rejected",
                "cloudflare-account|403|{'success':false,'errors':[{'code':9109}]}|" + UNDECIDED,
                "cloudflare-account|401|{'success':false,'errors':[{'code':1000}]}|rejected",
                "cloudflare-account|200|{'success':true,'result':{'status':'active'}}|verified",
                // A restricted key without the permission to list calls.
                "twilio-api-key|401|{'code':70051,'message':'Authorization Failed'}|" + UNDECIDED,
                "twilio-api-key|401|{'code':20003,'message':'Authenticate'}|rejected",
                // A token without read:jira-user.
                "jira-scoped|401|{'code':401,'message':'Unauthorized; scope does not match'}|" + UNDECIDED,
                "jira-scoped|200|{}|verified",
                "okta-other-domain|403|{'errorCode':'E0000006'}|" + UNDECIDED,
                "okta-other-domain|401|{'errorCode':'E0000011'}|rejected",
                // A region that is not active, or a key of another partition. AWS answers the same for an unknown key.
                "aws-sts|403|{'Error':{'Code':'InvalidClientTokenId'}}|" + UNDECIDED,
                "aws-sts|403|{'Error':{'Code':'ExpiredToken'}}|" + UNDECIDED,
                "aws-sts|403|<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>|"
                        + UNDECIDED,
                "aws-sts|403|{'Error':{'Code':'SignatureDoesNotMatch'}}|rejected",
                "aws-sts|200|{}|verified",
                // A token without read_user, and a proxy that asks for a password.
                "gitlab-self-managed|403|{'error':'insufficient_scope'}|" + UNDECIDED,
                "gitlab-self-managed|401|<html>Sign in</html>|" + UNDECIDED,
                "gitlab-self-managed|401|{'message':'401 Unauthorized'}|rejected",
                "gitlab-self-managed|401|{'error':'invalid_token','error_description':'Token was revoked.'}|rejected",
                "github-enterprise-server|401|<html>Sign in</html>|" + UNDECIDED,
                "github-enterprise-server|401|{'message':'Bad credentials'}|rejected",
            })
    void only_an_invalid_credential_is_rejected(String slug, int status, String body, String outcome)
            throws IOException {
        ObjectNode probe = probe(slug);
        String path = probe.path("path").textValue().replaceAll("\\{[a-z_]+}", "x");
        probe.put("path", path);
        VerificationProvider.server()
                .answer(
                        path.replaceAll("\\?.*", "").replaceAll(".*/", ""),
                        status + " Scripted\nContent-Type: application/json",
                        body.replace('\'', '"'));

        provider.register("provider.test", probe.toString());

        assertThat(capture()).isEqualTo(outcome);
    }

    private String capture() {
        RequestedConnection requested = await(flow.beginning(ACME, provider.slug(), provider.slug()));
        try {
            flow.capture(ACME, requested, SECRET);
        } catch (ApiException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
            return "rejected";
        }
        return provider.verification(requested.connectionId()).strip();
    }

    private static ObjectNode probe(String slug) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                VendorAnswersTest.class.getResourceAsStream("/catalogue/" + slug + ".yaml"), slug)) {
            return (ObjectNode) YAML.readTree(in).get("verification");
        }
    }
}
