package dev.nexus.broker.database;

/**
 * Bounds what a list reads. One filter goes by an index; the rows that it finds are checked against the other filters, at
 * most {@link #ROWS} of them for a page. A page that ends there holds what was found, possibly nothing, and a cursor behind
 * the last row that was read (AIP-158: a page may be shorter than its limit, or empty, and still have a successor).
 *
 * @see <a href="https://google.aip.dev/158">AIP-158</a>
 */
public final class ScanBudget {

    /** Rows that one page reads. Some 2,000 pages of 8 KiB at the worst: about 10 ms. */
    public static final int ROWS = 2_000;

    private ScanBudget() {}
}
