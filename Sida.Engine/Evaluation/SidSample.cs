namespace Sida.Engine.Evaluation;

/// <summary>One labelled picture of a data set.</summary>
/// <param name="Image">Full path of the picture.</param>
/// <param name="Label">What it really is.</param>
/// <param name="Mask">Full path of the true mask; null unless tampered.</param>
/// <param name="Kind">How it was made (a manipulation's or generator's name), where the set says so.</param>
/// <param name="Origin">Which photograph it was made from, where the set says so: pictures of one origin aren't independent.</param>
public sealed record SidSample(string Image, Verdict Label, string? Mask, string? Kind = null, string? Origin = null);
