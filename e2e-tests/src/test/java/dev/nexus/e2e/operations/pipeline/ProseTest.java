package dev.nexus.e2e.operations.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.support.NeedsOnPath;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that deploy/ci/prose finds a sentence that violates a rule in each kind of file. */
@NeedsOnPath({"vale", "python3", "git"})
class ProseTest {

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    page.md            | What needs a missing program is skipped, and says so.   | 1 | ClauseAsSubject
                    page.md            | The test is skipped, and says so.                       | 1 | SaysSo
                    page.md            | A URL that is put again is used again.                  | 1 | Words
                    page.md            | ## What the page shows                                  | 1 | Headings
                    page.md            | The sender goes to the Broker alone.                    | 1 | Alone
                    page.md            | The answer is empty where there is no key.              | 1 | Condition
                    page.md            | There is a limit of ten.                                | 1 | ThereIs
                    page.md            | The key is to be rotated.                               | 1 | IsToBe
                    page.md            | The sender compares it with what the receiver stores.   | 1 | ClauseAsNoun
                    Comment.java       | class A {\\n    // The key is made anew.\\n}              | 2 | Words
                    Javadoc.java       | /**\\n * Whose state is used.\\n */\\nclass A {}           | 2 | ClauseAsSubject
                    Tag.java           | /**\\n * A key.\\n *\\n * @param id the former id\\n */    | 4 | Words
                    Exception.java     | throw new E("mend what " +\\n  "the message names");     | 1 | Words
                    Log.java           | int a;\\nLOG.warn("The former key is still in use");     | 2 | Words
                    Schema.java        | @Schema(description = "Whoever may read the value")     | 1 | Words
                    text_en.properties | hint=Mend the field that is marked                      | 1 | Words
                    openapi.yaml       | a:\\n  description: Deletes this version alone           | 2 | Alone
                    V1.sql             | -- The former state of the row.                         | 1 | Words
                    """)
    void sentence_that_violates_a_rule_is_found_in_its_line(String file, String text, int line, String rule)
            throws Exception {
        Path planted = write(file, text);

        ScriptResult ran = ScriptResult.inRepository("deploy/ci/prose", "--strict", planted.toString());

        assertThat(ran.code()).as(ran.output()).isEqualTo(1);
        assertThat(ran.output()).containsPattern("(?m):" + line + ": error: .*\\[" + rule + "]$");
    }

    @Test
    void a_long_sentence_is_found() throws Exception {
        Path planted = write("page.md", "The Broker retries" + " the delivery of an event".repeat(6) + ".");

        ScriptResult ran = ScriptResult.inRepository("deploy/ci/prose", "--strict", planted.toString());

        assertThat(ran.code()).as(ran.output()).isEqualTo(1);
        assertThat(ran.output()).contains("[Length]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    page.md    | # Rotate the signing key\\n\\nThe Broker retries the delivery. What does it cost?
                    page.md    | Delete the key: `mend what the message names, whatever it says`.
                    Code.java  | /** Returns the key, or null if {@code former anew} is set. */\\nString anew = "anew";
                    Query.java | String sql = "select former, anew from whatever where id = ?";
                    """)
    void plain_english_and_code_pass(String file, String text) throws Exception {
        Path plain = write(file, text);

        ScriptResult ran = ScriptResult.inRepository("deploy/ci/prose", "--strict", plain.toString());

        assertThat(ran.code()).as(ran.output()).isZero();
    }

    private Path write(String file, String text) throws Exception {
        return Files.writeString(folder.resolve(file), text.replace("\\n", "\n") + "\n");
    }
}
