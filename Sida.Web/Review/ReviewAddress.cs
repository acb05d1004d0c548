namespace Sida.Web.Review;

/// <summary>Addresses of pages and files of a review.</summary>
public static class ReviewAddress
{
    public static string Project(Guid project) => $"/review/{project}";

    /// <summary>Another page of a project: guidelines, members, settings, dashboard ...</summary>
    public static string Page(Guid project, string page) => $"/review/{project}/{page}";

    /// <summary>All annotations of an item side by side.</summary>
    public static string Compare(Guid project, Guid item) => $"/review/{project}/compare/{item}";

    public static string Item(Guid project, Guid item) => $"/review/{project}/items/{item}";

    /// <summary>An item as one of its annotators has it.</summary>
    public static string Line(Guid project, Guid item, Guid line) => $"/review/{project}/items/{item}?line={line}";

    public static string Comment(Guid project, Guid item, Guid comment) => $"/review/{project}/items/{item}?comment={comment}";

    public static string Picture(Guid item) => $"/api/review/items/{item}/picture";

    public static string GuidelinePicture(Guid project, string sha256) => $"/api/review/projects/{project}/pictures/{sha256}";

    public static string Thumbnail(Guid item) => $"/api/review/items/{item}/picture?longest=320";
}
