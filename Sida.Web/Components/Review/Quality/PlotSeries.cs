namespace Sida.Web.Components.Review.Quality;

/// <summary>One line of a plot.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Style">Which colour, dash and mark it has: 0, 1 or 2.</param>
/// <param name="Values">One for each place on the axis; null where there is none.</param>
public sealed record PlotSeries(string Name, int Style, IReadOnlyList<double?> Values);
