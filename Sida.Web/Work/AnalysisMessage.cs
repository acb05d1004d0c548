using System.Text.Json.Serialization;
using Sida.Engine;
using Sida.Engine.Analysis;
using Sida.Engine.Imaging;

namespace Sida.Web.Work;

/// <summary>
/// One step of an analysis as listeners get it: pages, the hub and the HTTP API. Messages are numbered from 0 without gaps, so a
/// listener that was cut off goes on with the next number. Each kind names its own "type" too, since SignalR writes a message as
/// what it is rather than as what it was declared; only types that aren't sealed may do that.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AcceptedMessage), "accepted")]
[JsonDerivedType(typeof(QueuedMessage), "queued")]
[JsonDerivedType(typeof(StageMessage), "stage")]
[JsonDerivedType(typeof(ImageMessage), "image")]
[JsonDerivedType(typeof(VerdictMessage), "verdict")]
[JsonDerivedType(typeof(TokenMessage), "token")]
[JsonDerivedType(typeof(MaskMessage), "mask")]
[JsonDerivedType(typeof(FinishedMessage), "finished")]
[JsonDerivedType(typeof(StoppedMessage), "stopped")]
[JsonDerivedType(typeof(InterruptedMessage), "interrupted")]
[JsonDerivedType(typeof(FailedMessage), "failed")]
public abstract record AnalysisMessage
{
    /// <summary>Number of the message.</summary>
    public int Sequence { get; init; }

    /// <summary>Since the analysis was asked for.</summary>
    public double Milliseconds { get; init; }

    /// <summary>Whether nothing comes after it.</summary>
    [JsonIgnore]
    public virtual bool IsLast => false;
}

/// <summary>The analysis was taken on: always the first message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AcceptedMessage), "accepted")]
public record AcceptedMessage : AnalysisMessage
{
    /// <summary>Names the analysis: with it, it can be followed again, stopped and looked up.</summary>
    public required Guid Id { get; init; }

    /// <summary>The model that is asked.</summary>
    public required string Model { get; init; }
}

/// <summary>It waits for its turn.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(QueuedMessage), "queued")]
public record QueuedMessage : AnalysisMessage
{
    /// <summary>1 is next.</summary>
    public required int Position { get; init; }
}

/// <summary>A stage began.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StageMessage), "stage")]
public record StageMessage : AnalysisMessage
{
    public required WorkStage Stage { get; init; }
}

/// <summary>What an analysis is busy with.</summary>
public enum WorkStage
{
    /// <summary>The model is being loaded.</summary>
    Loading,

    /// <summary>Looking at the picture.</summary>
    Looking,

    /// <summary>Reading the question.</summary>
    Thinking,

    /// <summary>Writing the answer.</summary>
    Answering,

    /// <summary>Finding the tampered region.</summary>
    Locating,
}

/// <summary>The picture was decoded.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ImageMessage), "image")]
public record ImageMessage : AnalysisMessage
{
    public required AnalyzedImage Image { get; init; }
}

/// <summary>The verdict is known; a later one replaces it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(VerdictMessage), "verdict")]
public record VerdictMessage : AnalysisMessage
{
    public required Verdict Verdict { get; init; }

    public required ClassProbabilities Probabilities { get; init; }
}

/// <summary>More of the answer's text.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TokenMessage), "token")]
public record TokenMessage : AnalysisMessage
{
    /// <summary>The token's id; null for text that was held back until the answer ended.</summary>
    public required int? Token { get; init; }

    /// <summary>What it adds to the readable text; may be empty.</summary>
    public required string Text { get; init; }
}

/// <summary>A mask is ready; a later one with the same index replaces it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MaskMessage), "mask")]
public record MaskMessage : AnalysisMessage
{
    public required MaskView Mask { get; init; }
}

/// <summary>A mask of an analysis.</summary>
/// <param name="Index">Number of the [SEG] it belongs to, from 0.</param>
/// <param name="Width">The picture's width in pixels.</param>
/// <param name="Height">The picture's height in pixels.</param>
/// <param name="ForegroundPixels">Pixels inside.</param>
/// <param name="Bounds">The smallest rectangle around them; null for an empty mask.</param>
/// <param name="Place">In which ninth of the picture it lies; null for an empty mask.</param>
/// <param name="Rle">COCO's compressed run-length code of the columns; null where only the address is given.</param>
/// <param name="Url">Where it lies as PNG.</param>
/// <param name="OverlayUrl">Where the picture with it painted over lies.</param>
public sealed record MaskView(
    int Index, int Width, int Height, long ForegroundPixels, PixelRectangle? Bounds, MaskPlace? Place, string? Rle, string Url, string OverlayUrl)
{
    /// <summary>Its part of the picture, 0..1.</summary>
    public double Share => ForegroundPixels / ((double)Width * Height);
}

/// <summary>The analysis is complete.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FinishedMessage), "finished")]
public record FinishedMessage : AnalysisMessage
{
    /// <summary>The whole outcome, as the command line writes it.</summary>
    public AnalysisDocument? Document { get; init; }

    public override bool IsLast => true;
}

/// <summary>Its owner stopped it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StoppedMessage), "stopped")]
public record StoppedMessage : AnalysisMessage
{
    public override bool IsLast => true;
}

/// <summary>The server stopped in the middle of it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(InterruptedMessage), "interrupted")]
public record InterruptedMessage : AnalysisMessage
{
    public override bool IsLast => true;
}

/// <summary>It failed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FailedMessage), "failed")]
public record FailedMessage : AnalysisMessage
{
    /// <summary>The kind of failure: image, request, busy, package ...</summary>
    public required string Kind { get; init; }

    /// <summary>What failed and what to do.</summary>
    public required string Message { get; init; }

    public override bool IsLast => true;
}
