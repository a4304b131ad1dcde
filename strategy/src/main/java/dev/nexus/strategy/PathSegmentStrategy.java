package dev.nexus.strategy;

import java.time.Instant;
import java.util.Set;

/**
 * A segment of the path that holds a field of the credential.
 *
 * @param segmentPrefix the text before the value in the segment; printable ASCII, at most 256 characters
 * @param position the index of the new segment in the request's path, 0–32
 */
record PathSegmentStrategy(String credentialField, String segmentPrefix, int position) implements Strategy {

    static final int MAX_POSITION = 32;

    private static final String POSITION_RULE = "must be a whole number from 0 to 32";

    PathSegmentStrategy {
        StrategyProblems rules = new StrategyProblems();
        rules.fieldName("/config/credential_field", credentialField);
        rules.printable("/config/segment_prefix", segmentPrefix);
        if (position < 0 || position > MAX_POSITION) {
            rules.add("/config/position", POSITION_RULE);
        }
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known("credential_field", "segment_prefix", "position");
        return new PathSegmentStrategy(
                config.text("credential_field", "api_key"),
                config.text("segment_prefix", ""),
                config.integer("position", 0, POSITION_RULE));
    }

    @Override
    public String type() {
        return StrategyType.PATH_SEGMENT.wire();
    }

    @Override
    public Set<String> credentialFields() {
        return Set.of(credentialField);
    }

    @Override
    public Set<String> secretFields() {
        return Set.of(credentialField);
    }

    @Override
    public void write(ConfigWriter config) {
        config.text("credential_field", credentialField)
                .text("segment_prefix", segmentPrefix)
                .integer("position", position);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        String segment = segmentPrefix + credential.text(credentialField);
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new InapplicableCredentialException(credentialField, CredentialRule.DOT_SEGMENT);
        }
        String path = request.uri().getRawPath();
        int at = 0;
        for (int skipped = 0; skipped < position; skipped++) {
            at = path.indexOf('/', at + 1);
            if (at < 0) {
                throw new InapplicableCredentialException(credentialField, CredentialRule.PATH_POSITION);
            }
        }
        String sent = path.substring(0, at) + "/" + Percent.encode(segment) + path.substring(at);
        return request.withPathAndQuery(sent, request.uri().getRawQuery());
    }

    @Override
    public void check(CredentialCheck check) {
        check.segment(credentialField, segmentPrefix);
    }
}
