package dev.nexus.e2e.support;

import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics of a service in the Prometheus text format 0.0.4. */
public record Scrape(List<Family> families, List<Sample> samples) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** The declaration of a metric. */
    public record Family(String name, String type, String help) {}

    /** A series and its value. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    public static Scrape of(ServiceProcess service) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + service.managementPort() + "/q/metrics"))
                    .header("Accept", "text/plain")
                    .build();
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError("the metrics request failed with status " + answer.statusCode());
            }
            return parse(answer.body());
        } catch (IOException failure) {
            throw new AssertionError("metrics cannot be read", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    static Scrape parse(String text) {
        Map<String, String> help = new TreeMap<>();
        List<Family> families = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (String line : text.lines().toList()) {
            List<String> words = List.of(line.split(" ", 4));
            if (line.startsWith("# HELP ")) {
                help.put(words.get(2), words.size() > 3 ? words.get(3) : "");
            } else if (line.startsWith("# TYPE ")) {
                families.add(new Family(words.get(2), words.get(3), help.getOrDefault(words.get(2), "")));
            } else if (!line.startsWith("#")) {
                samples.add(sample(line));
            }
        }
        return new Scrape(families, samples);
    }

    private static Sample sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new AssertionError("the line is not a sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        Optional.ofNullable(sample.group(2)).map(LABEL::matcher).ifPresent(label -> {
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        });
        return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
    }

    /** Returns the names of all series, each with the names of its labels. */
    public Map<String, Set<String>> labels() {
        Map<String, Set<String>> labels = new TreeMap<>();
        samples.forEach(sample -> labels.computeIfAbsent(sample.name(), name -> new TreeSet<>())
                .addAll(sample.labels().keySet()));
        return labels;
    }

    /** Returns the names of the labels of {@code family}, without the bucket label {@code le}. */
    public Set<String> labelsOf(Family family) {
        return samples.stream()
                .filter(sample -> sample.name().matches(Pattern.quote(family.name()) + "(_total|_count|_bucket)?"))
                .flatMap(sample -> sample.labels().keySet().stream())
                .filter(label -> !label.equals("le"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Returns the sum of the matching series, or 0 if none matches.
     *
     * @param labels the name of a label, its value, the name of the next label, and so on
     */
    public double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.stream()
                .filter(sample ->
                        sample.name().equals(name) && sample.labels().entrySet().containsAll(wanted.entrySet()))
                .mapToDouble(Sample::value)
                .sum();
    }
}
