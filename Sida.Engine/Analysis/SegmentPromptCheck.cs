using Sida.Engine.Imaging;

namespace Sida.Engine.Analysis;

/// <summary>What a prompt must be before anything is computed for it.</summary>
internal static class SegmentPromptCheck
{
    /// <summary>Checks what needs no picture.</summary>
    /// <exception cref="RequestException">It says nothing, or too much.</exception>
    public static void CheckShape(SegmentPrompt prompt)
    {
        if (prompt.Points.Count > SegmentPrompt.MostPoints)
        {
            throw new RequestException($"{prompt.Points.Count} points are more than the {SegmentPrompt.MostPoints} that are allowed; accept the mask and go on from it.");
        }

        if (!prompt.Points.Any(point => point.Include) && prompt.Box is null && prompt.Mask is null)
        {
            throw new RequestException("Click on something that belongs to the region, draw a box around it, or start from a mask.");
        }

        if (prompt.Mask is { ForegroundPixels: 0 } && prompt.Box is null && prompt.Points.Count == 0)
        {
            throw new RequestException("The mask to start from is empty; click on something that belongs to the region.");
        }
    }

    /// <summary>Checks that everything lies in the picture.</summary>
    /// <exception cref="RequestException">Something doesn't.</exception>
    public static void CheckPlaces(SegmentPrompt prompt, AnalyzedImage image)
    {
        if (prompt.Mask is { } mask && (mask.Width, mask.Height) != (image.Width, image.Height))
        {
            throw new RequestException($"The mask is {mask.Width} x {mask.Height} pixels, the picture {image.Width} x {image.Height}; send a mask of the picture's size.");
        }

        if (prompt.Points.Any(point => !(point.X >= 0 && point.X <= image.Width && point.Y >= 0 && point.Y <= image.Height)))
        {
            throw new RequestException($"A point lies outside the picture of {image.Width} x {image.Height} pixels; give x and y in its pixels.");
        }

        if (prompt.Box is { } box && !IsInside(box, image))
        {
            throw new RequestException($"The box must lie in the picture of {image.Width} x {image.Height} pixels and be at least one pixel wide and high.");
        }
    }

    private static bool IsInside(PixelRectangle box, AnalyzedImage image) =>
        box.X >= 0 && box.Y >= 0 && box.Width > 0 && box.Height > 0 && (long)box.X + box.Width <= image.Width && (long)box.Y + box.Height <= image.Height;
}
