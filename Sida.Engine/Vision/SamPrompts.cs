namespace Sida.Engine.Vision;

/// <summary>What a point of a prompt means to SAM.</summary>
internal enum SamPointLabel
{
    /// <summary>A place without a point; SAM wants one when there are points and no box.</summary>
    None = -1,

    /// <summary>Not part of the mask.</summary>
    Exclude = 0,

    /// <summary>Part of the mask.</summary>
    Include = 1,

    /// <summary>A box's upper left corner.</summary>
    BoxStart = 2,

    /// <summary>A box's lower right corner.</summary>
    BoxEnd = 3,
}

/// <summary>A point in pixels of the padded S x S picture.</summary>
internal readonly record struct SamPoint(float X, float Y, SamPointLabel Label);

/// <summary>n prompts for one picture, each of which gives its own masks. All have as many text embeddings and points.</summary>
internal sealed record SamPrompts
{
    /// <summary>n: number of prompts.</summary>
    public required int Count { get; init; }

    /// <summary>Shape (n, t, E): SIDA's prompt embeddings; t may be 0.</summary>
    public float[] TextEmbeddings { get; init; } = [];

    /// <summary>Shape (n, p): points and box corners; p may be 0.</summary>
    public IReadOnlyList<SamPoint> Points { get; init; } = [];

    /// <summary>Shape (n, 4g, 4g): mask logits of an earlier run to start from, or null.</summary>
    public float[]? MaskLogits { get; init; }

    /// <summary>One prompt for each of SIDA's prompt embeddings.</summary>
    /// <param name="embeddings">Shape (n, E).</param>
    /// <param name="width">E.</param>
    public static SamPrompts FromText(float[] embeddings, int width) => new() { Count = embeddings.Length / width, TextEmbeddings = embeddings };

    /// <summary>One prompt from points and perhaps a box, with the padding that the official encoder adds when there is no box.</summary>
    /// <param name="points">Points to include or exclude.</param>
    /// <param name="box">Left, top, right and bottom in pixels of the padded picture.</param>
    public static SamPrompts FromPoints(IReadOnlyList<SamPoint> points, (float Left, float Top, float Right, float Bottom)? box = null)
    {
        IEnumerable<SamPoint> rest = box is { } b
            ? [new SamPoint(b.Left, b.Top, SamPointLabel.BoxStart), new SamPoint(b.Right, b.Bottom, SamPointLabel.BoxEnd)]
            : [new SamPoint(0, 0, SamPointLabel.None)];
        return new SamPrompts { Count = 1, Points = [.. points, .. rest] };
    }
}
