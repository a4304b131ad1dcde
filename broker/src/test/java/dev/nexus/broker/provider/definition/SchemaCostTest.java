package dev.nexus.broker.provider.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.strategy.Credential;
import dev.nexus.testsupport.Promise;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCostTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** 50 ms, doubled for a virtual machine that has not compiled its code yet, with a tenfold margin. */
    private static final long MAX_NANOS = 1_000_000_000;

    @ParameterizedTest
    @ValueSource(ints = {9, 22, 24, 60})
    @Promise(23)
    void references_that_double_at_each_level_are_refused(int levels) {
        ObjectNode schema = object();
        ObjectNode definitions = schema.put("$ref", "#/$defs/l0").putObject("$defs");
        for (int i = 0; i < levels; i++) {
            ArrayNode both = definitions.putObject("l" + i).putArray("allOf");
            both.addObject().put("$ref", "#/$defs/l" + (i + 1));
            both.addObject().put("$ref", "#/$defs/l" + (i + 1));
        }
        definitions.putObject("l" + levels).put("type", "object");

        assertRefused(schema, "must not apply so many rules to one value");
    }

    @Test
    void too_many_patterns_for_member_names_are_refused() {
        ObjectNode many = object();
        ObjectNode some = object();
        for (int i = 0; i < 1_300; i++) {
            many.withObject("/patternProperties").putObject("^a" + i);
        }
        for (int i = 0; i < 300; i++) {
            some.withObject("/patternProperties").putObject("^a" + i);
        }

        assertRefused(many, "must contain at most 1000 sub-schemas");
        assertRefused(some, "must not apply so many rules to one value");
    }

    @Test
    void a_long_name_above_many_sub_schemas_is_not_copied_for_each_level() {
        ObjectNode schema = object();
        ObjectNode named =
                schema.putObject("properties").putObject("n".repeat(16_000)).putObject("properties");
        for (int i = 0; i < 990; i++) {
            named.put("p" + i, true);
        }
        named.putObject("again").put("$ref", "#");
        var threads = (com.sun.management.ThreadMXBean) THREADS;

        long before = threads.getCurrentThreadAllocatedBytes();
        assertRefusedByCost(schema);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(120_000_000);
    }

    @Test
    void patterns_with_a_large_total_size_are_refused() {
        ObjectNode schema = object();
        for (int i = 0; i < 4; i++) {
            schema.withObject("/properties").putObject("p" + i).put("pattern", "^[a-z]{1,600}$");
        }

        assertRefused(schema, "must have smaller or fewer patterns");
    }

    @Test
    void a_credential_with_thousands_of_values_is_refused_before_validation() {
        CredentialSchema schema = CredentialSchema.compile(
                "{\"type\":\"object\",\"additionalProperties\":{\"anyOf\":[{\"type\":\"integer\"},{\"minLength\":2}]}}",
                Set.of());
        ObjectNode credentials = NODES.objectNode();
        for (int i = 0; i < 5_000; i++) {
            credentials.put("m" + i, "x");
        }

        assertThat(schema.violations(Credential.of(credentials)))
                .singleElement()
                .satisfies(detail -> assertThat(detail.rule()).isEqualTo("checkCost"));
    }

    @Test
    void a_long_value_for_a_large_pattern_is_refused_and_a_short_value_is_validated() {
        CredentialSchema schema = CredentialSchema.compile(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"[a-z]{0,200}X\"}}}", Set.of());

        assertThat(schema.violations(Credential.of(NODES.objectNode().put("a", "a".repeat(16_000)))))
                .singleElement()
                .satisfies(detail -> assertThat(detail.rule()).isEqualTo("checkCost"));
        assertThat(schema.violations(Credential.of(NODES.objectNode().put("a", "a".repeat(1_000) + "X"))))
                .isEmpty();
    }

    /** Measures the CPU time of this thread, which does not depend on the load of the machine. */
    @Property(tries = 150)
    @Promise(23)
    void an_accepted_schema_validates_a_64_kib_document_in_bounded_time(@ForAll long seed) {
        Random random = new Random(seed);
        ObjectNode source = object();
        int depth = 1 + random.nextInt(4);
        source.set("additionalProperties", adversarial(random, depth));
        source.putObject("$defs").set("shared", adversarial(random, 2));
        CredentialSchema schema;
        try {
            schema = CredentialSchema.compile(source.toString(), Set.of());
        } catch (InvalidSchemaException refused) {
            return;
        }
        JsonNode document = document(random);

        long before = THREADS.getCurrentThreadCpuTime();
        schema.violations(Credential.of(document));
        long spent = THREADS.getCurrentThreadCpuTime() - before;

        assertThat(spent).as(source.toString()).isLessThan(MAX_NANOS);
    }

    private static ObjectNode adversarial(Random random, int depth) {
        ObjectNode schema = NODES.objectNode();
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(random, schema);
        }
        int branchCount = 1 + random.nextInt(random.nextInt(20) + 1);
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                ArrayNode branches = schema.putArray(new String[] {"allOf", "anyOf", "oneOf"}[random.nextInt(3)]);
                for (int i = 0; i < branchCount; i++) {
                    branches.add(random.nextInt(3) == 0 ? reference() : adversarial(random, depth - 1));
                }
            }
            case 2 -> schema.set("not", adversarial(random, depth - 1));
            case 3 -> {
                for (int i = 0; i < branchCount; i++) {
                    schema.withObject("/patternProperties").set("m" + i, adversarial(random, depth - 1));
                }
            }
            case 4 -> {
                schema.set("items", adversarial(random, depth - 1));
                schema.put("uniqueItems", true).set("contains", adversarial(random, depth - 1));
            }
            case 5 -> schema.set("propertyNames", adversarial(random, depth - 1));
            case 6 -> {
                schema.set("unevaluatedProperties", adversarial(random, depth - 1));
                schema.putArray("allOf").add(adversarial(random, depth - 1));
            }
            case 7 -> {
                schema.set("if", adversarial(random, depth - 1));
                schema.set("then", adversarial(random, depth - 1));
            }
            default -> schema.set("additionalProperties", adversarial(random, depth - 1));
        }
        return schema;
    }

    private static ObjectNode reference() {
        return NODES.objectNode().put("$ref", "#/$defs/shared");
    }

    private static ObjectNode leaf(Random random, ObjectNode schema) {
        switch (random.nextInt(6)) {
            case 0 -> schema.put("type", "integer");
            case 1 -> schema.put("pattern", "[a-z]{0," + (1 + random.nextInt(300)) + "}X");
            case 2 -> schema.put("multipleOf", 0.0007);
            case 3 -> schema.put("maxLength", 1);
            case 4 -> schema.putArray("enum").add("a").add(1);
            default -> schema.putArray("required").add("x").add("y");
        }
        return schema;
    }

    /** A document of about 64 KiB in one of the most expensive shapes. */
    private static JsonNode document(Random random) {
        ObjectNode document = NODES.objectNode();
        int members = new int[] {4, 60, 400, 4_000}[random.nextInt(4)];
        String text = "a".repeat(Math.max(1, Math.min(16_000, 60_000 / members - 10)));
        for (int i = 0; i < members; i++) {
            switch (random.nextInt(4)) {
                case 0 -> document.set("m" + i, number(Math.min(900, text.length())));
                case 1 -> document.withArray("/m" + i).add(text).add(i);
                case 2 -> document.withObject("/m" + i).put("x", text);
                default -> document.put("m" + i, text);
            }
        }
        return document;
    }

    private static JsonNode number(int digits) {
        return NODES.numberNode(new BigDecimal("7".repeat(digits)));
    }

    private static ObjectNode object() {
        return JsonMapper.builder().build().createObjectNode().put("type", "object");
    }

    private static void assertRefusedByCost(ObjectNode schema) {
        assertThatThrownBy(() -> SchemaCost.of(new SchemaTree(schema)))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining("must not apply so many rules to one value");
    }

    private static void assertRefused(ObjectNode schema, String rule) {
        assertThatThrownBy(() -> CredentialSchema.compile(schema.toString(), Set.of()))
                .isInstanceOf(InvalidSchemaException.class)
                .hasMessageContaining(rule);
    }
}
