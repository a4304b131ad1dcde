package dev.nexus.strategy;

import java.util.Arrays;
import java.util.List;

/** The strategies. The wire name of a strategy is the constant's name in lower case. */
enum StrategyType {
    HEADER,
    QUERY_PARAM,
    BASIC_AUTH,
    BODY_FIELD,
    PATH_SEGMENT,
    HMAC_PAYLOAD,
    AWS_SIGV4;

    String wire() {
        return WireName.of(this);
    }

    Strategy read(ConfigReader config) {
        return switch (this) {
            case HEADER -> HeaderStrategy.read(config);
            case QUERY_PARAM -> QueryParamStrategy.read(config);
            case BASIC_AUTH -> BasicAuthStrategy.read(config);
            case BODY_FIELD -> BodyFieldStrategy.read(config);
            case PATH_SEGMENT -> PathSegmentStrategy.read(config);
            case HMAC_PAYLOAD -> HmacPayloadStrategy.read(config);
            case AWS_SIGV4 -> AwsSigV4Strategy.read(config);
        };
    }

    /** All wire names, in the form {@code a, b or c}. */
    static String names() {
        List<String> names = Arrays.stream(values()).map(StrategyType::wire).toList();
        return String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.get(names.size() - 1);
    }
}
