namespace Sida.Engine.Language.Prompts;

/// <summary>The two questions that the authors of SIDA publish, to the letter (README of hzlsaber/SIDA): two spaces, a misspelling and a trailing space are part of them.</summary>
public static class PromptPresets
{
    /// <summary>Asks for the class and the mask.</summary>
    public const string Detect = "Please answer begin with [CLS] for classification, if the image is  tampered, ouput mask the tampered region. ";

    /// <summary>Asks for the class, the mask and the reasons.</summary>
    public const string Explain = "Please answer begin with [CLS] for classification, if the image is  tampered, ouput mask the tampered region and explain why. ";

    /// <summary>The question with a short name.</summary>
    /// <param name="name"><c>detect</c> or <c>explain</c>.</param>
    /// <exception cref="RequestException">There is no such preset.</exception>
    public static string Get(string name) => name switch
    {
        "detect" => Detect,
        "explain" => Explain,
        _ => throw new RequestException("The preset is unknown; use 'detect' or 'explain', or write a prompt."),
    };
}
