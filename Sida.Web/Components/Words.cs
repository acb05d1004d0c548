namespace Sida.Web.Components;

/// <summary>
/// Names the texts of the pages for <c>IStringLocalizer</c>. The English text is the key; another language is a file
/// <c>Resources/Components/Words.LANGUAGE.resx</c>.
/// </summary>
public sealed class Words;
