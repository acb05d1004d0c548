namespace Sida.Web.Api;

/// <summary>What a program asks, in JSON: a question about a picture that was uploaded before, or that lies at a public address.</summary>
public sealed record OrderRequest
{
    /// <summary>A picture of <c>POST /api/pictures</c>.</summary>
    public Guid? PictureId { get; init; }

    /// <summary>A public address of a picture, instead of an uploaded one.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>The question.</summary>
    public string? Prompt { get; init; }

    /// <summary>An official question by name, instead of a prompt: detect (the default) or explain.</summary>
    public string? Preset { get; init; }

    /// <summary>The model by its id; the default model when absent.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens after which the answer is cut; the model's own limit when absent.</summary>
    public int? MaxNewTokens { get; init; }
}
