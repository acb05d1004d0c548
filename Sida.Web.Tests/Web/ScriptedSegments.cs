using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Web.Tests.Web;

/// <summary>
/// SAM as tests see it: a disc around each point that is included, or the box, joined with the mask to start from, less a disc around each
/// point that is excluded. The first suggestion is that, each further one a step larger.
/// </summary>
internal static class ScriptedSegments
{
    public const int Radius = 5;

    public static Task<SegmentResult> RespondAsync(SegmentPrompt prompt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        AnalyzedImage image = prompt.Known!;
        SegmentCandidate[] candidates = [.. Enumerable.Range(0, 3).Select(step => new SegmentCandidate(Draw(prompt, image, Radius * (step + 1)), 0.9f - (step * 0.2f)))];
        return Task.FromResult(new SegmentResult(image, candidates));
    }

    private static BinaryMask Draw(SegmentPrompt prompt, AnalyzedImage image, int radius)
    {
        byte[] values = [.. prompt.Mask?.Values ?? new byte[image.Width * image.Height]];
        for (int i = 0; i < values.Length; i++)
        {
            (int x, int y) = (i % image.Width, i / image.Width);
            if (prompt.Box is { } box && x >= box.X && y >= box.Y && x < box.X + box.Width && y < box.Y + box.Height)
            {
                values[i] = 1;
            }

            foreach (SegmentPoint point in prompt.Points)
            {
                if (((x - point.X) * (x - point.X)) + ((y - point.Y) * (y - point.Y)) < radius * radius)
                {
                    values[i] = point.Include ? (byte)1 : (byte)0;
                }
            }
        }

        return new BinaryMask(image.Width, image.Height, values);
    }
}
